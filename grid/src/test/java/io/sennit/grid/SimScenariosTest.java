package io.sennit.grid;

import io.sennit.sim.Simulation;
import org.junit.jupiter.api.Nested;

/** The scenarios in virtual time. */
class SimScenariosTest {
  private static final Ground SIM = () -> new SimPlace(Simulation.of(2026));

  @Nested
  class Calls extends CallScenarioTest {
    Calls() {
      super(SIM);
    }
  }

  @Nested
  class Streams extends StreamScenarioTest {
    Streams() {
      super(SIM);
    }
  }

  @Nested
  class Flow extends FlowScenarioTest {
    Flow() {
      super(SIM);
    }
  }

  @Nested
  class Liveness extends LivenessScenarioTest {
    Liveness() {
      super(SIM);
    }
  }
}
