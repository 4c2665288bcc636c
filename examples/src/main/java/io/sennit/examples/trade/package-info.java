/** A stream between two nodes. */
@NullMarked
package io.sennit.examples.trade;

import org.jspecify.annotations.NullMarked;
