package io.sennit.grid;

import io.sennit.sim.Simulation;

/** Guests in virtual time. */
class SimGuestsTest extends GuestScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(17));
  }
}
