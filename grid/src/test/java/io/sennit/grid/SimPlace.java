package io.sennit.grid;

import io.sennit.sim.Simulation;
import io.sennit.sim.junit.SimWorld;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Virtual time. */
class SimPlace extends Place {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Simulation simulation;

  SimPlace(Simulation simulation) {
    super(new SimWorld(simulation));
    this.simulation = simulation;
  }

  Simulation simulation() {
    return simulation;
  }

  @Override
  void run(Runnable scenario) {
    simulation.run(scenario);
  }

  @Override
  void until(String what, BooleanSupplier condition) {
    var end = simulation.time().plus(LIMIT);
    while (!condition.getAsBoolean()) {
      if (simulation.time().compareTo(end) > 0) {
        throw new AssertionError(what + ": not within " + LIMIT + " of virtual time");
      }
      pass(Duration.ofMillis(1));
    }
  }

  @Override
  void pass(Duration time) {
    try {
      simulation.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  void cut(int one, int other) {
    simulation.faults().resetLinks("n" + one, "n" + other);
  }

  @Override
  Duration tick() {
    return Duration.ofMillis(100);
  }
}
