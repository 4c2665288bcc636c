package io.sennit.grid;

import io.sennit.sim.Simulation;

/** Doors in virtual time. */
class SimDoorsTest extends DoorScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(44));
  }
}
