package io.sennit.grid;

import io.sennit.sim.Simulation;

/** The scenarios without extensions: item credits, nothing in parts, no cancelling of calls. */
class OriginalScenariosTest extends ScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(2027));
  }

  @Override
  ManagerBuilder taste(ManagerBuilder builder) {
    return builder.extensions(false);
  }

  @Override
  boolean extended() {
    return false;
  }
}
