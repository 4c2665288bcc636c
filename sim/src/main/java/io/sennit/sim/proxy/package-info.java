/**
 * Bad weather between real processes: proxies on loopback that forward bytes or packets and do to
 * them, by seed and at run time, what networks do. They need no privilege and no product code knows
 * them.
 */
@NullMarked
package io.sennit.sim.proxy;

import org.jspecify.annotations.NullMarked;
