/** Tests of {@code io.sennit.sim.proxy}. */
@NullMarked
package io.sennit.sim.proxy;

import org.jspecify.annotations.NullMarked;
