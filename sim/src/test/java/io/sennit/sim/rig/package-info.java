/** Tests of {@code io.sennit.sim.rig}. */
@NullMarked
package io.sennit.sim.rig;

import org.jspecify.annotations.NullMarked;
