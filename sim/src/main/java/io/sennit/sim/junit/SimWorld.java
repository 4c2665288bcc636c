package io.sennit.sim.junit;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.Simulation;
import io.sennit.testkit.World;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A world in virtual time: awaiting moves the clock. */
public final class SimWorld implements World {
  private static final Duration POLL = Duration.ofMillis(2);
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Simulation simulation;
  private boolean failuresMeant;

  /** A calm world. */
  public SimWorld(long seed) {
    this(Simulation.of(seed));
  }

  /** A world of one's own making; closed with it. */
  public SimWorld(Simulation simulation) {
    this.simulation = simulation;
  }

  /** What lies beneath. */
  public Simulation simulation() {
    return simulation;
  }

  @Override
  public Fabric node(String name) {
    return simulation.node(name);
  }

  @Override
  public Address at(String node) {
    simulation.node(node);
    return Address.of(node, 0);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    var end = simulation.time().plus(LIMIT);
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(
            what
                + ": not within "
                + LIMIT
                + " of virtual time; seed "
                + simulation.seed()
                + "; the last events:\n"
                + simulation.lastEvents());
      }
      simulation.run(POLL);
    }
  }

  @Override
  public void elapse(Duration time) {
    simulation.run(time);
  }

  @Override
  public void failuresMeant() {
    failuresMeant = true;
  }

  @Override
  public void close() {
    for (var node : simulation.nodes()) {
      simulation.node(node).close();
    }
    simulation.run(Duration.ofSeconds(10));
    var outliving = simulation.outliving();
    simulation.close();
    var uncaught = simulation.uncaught();
    if (!failuresMeant && !uncaught.isEmpty()) {
      var first = uncaught.getFirst();
      throw new AssertionError(uncaught.size() + " uncaught, first: " + first, first);
    }
    if (!outliving.isEmpty()) {
      throw new AssertionError("user code outlives its fabric:\n" + outliving);
    }
  }
}
