/** The grid as a system under comparison, through its public API alone. */
@NullMarked
package io.sennit.bench.sennit;

import org.jspecify.annotations.NullMarked;
