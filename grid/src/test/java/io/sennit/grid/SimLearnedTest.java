package io.sennit.grid;

import io.sennit.sim.Simulation;

/** Unlisted peers in virtual time. */
class SimLearnedTest extends LearnedScenarioTest {
  @Override
  Place place() {
    return new SimPlace(Simulation.of(44));
  }
}
