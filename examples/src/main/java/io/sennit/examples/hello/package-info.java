/** Two nodes in one process. */
@NullMarked
package io.sennit.examples.hello;

import org.jspecify.annotations.NullMarked;
