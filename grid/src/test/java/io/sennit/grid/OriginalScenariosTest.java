package io.sennit.grid;

import io.sennit.sim.Simulation;
import org.junit.jupiter.api.Nested;

/** The scenarios without extensions: item credits, nothing in parts, no cancelling of calls. */
class OriginalScenariosTest {
  private static final Ground ORIGINAL =
      new Ground() {
        @Override
        public Place place() {
          return new SimPlace(Simulation.of(2027));
        }

        @Override
        public ManagerBuilder taste(ManagerBuilder builder) {
          return builder.extensions(false);
        }

        @Override
        public boolean extended() {
          return false;
        }
      };

  @Nested
  class Calls extends CallScenarioTest {
    Calls() {
      super(ORIGINAL);
    }
  }

  @Nested
  class Streams extends StreamScenarioTest {
    Streams() {
      super(ORIGINAL);
    }
  }

  @Nested
  class Flow extends FlowScenarioTest {
    Flow() {
      super(ORIGINAL);
    }
  }

  @Nested
  class Liveness extends LivenessScenarioTest {
    Liveness() {
      super(ORIGINAL);
    }
  }
}
