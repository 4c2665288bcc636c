import org.jspecify.annotations.NullMarked;

/** A simulated network, clock and disk with seeded faults. */
@NullMarked
module io.sennit.sim {
  requires transitive io.sennit.core;
  requires static transitive org.jspecify;

  exports io.sennit.sim;
  exports io.sennit.sim.junit;
  exports io.sennit.sim.proxy;
  exports io.sennit.sim.rig;
}
