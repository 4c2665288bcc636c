/**
 * Real processes for tests and the demo: started, watched, stopped, killed, and never left behind.
 */
@NullMarked
package io.sennit.sim.rig;

import org.jspecify.annotations.NullMarked;
