package io.sennit.grid;

import io.sennit.sim.Simulation;

/** The scenarios in virtual time. */
class SimScenariosTest extends ScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(2026));
  }
}
