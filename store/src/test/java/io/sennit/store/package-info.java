/** Tests of the store, on loops of their own. */
@NullMarked
package io.sennit.store;

import org.jspecify.annotations.NullMarked;
