package io.sennit.grid;

import io.sennit.sim.Simulation;

/** Partings in virtual time. */
class SimPartingTest extends PartingScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(44));
  }
}
