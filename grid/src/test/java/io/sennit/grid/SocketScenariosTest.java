package io.sennit.grid;

import io.sennit.testkit.Leaks;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/** The scenarios on plain sockets. */
@ExtendWith(Leaks.class)
class SocketScenariosTest {
  private static final Ground SOCKETS = () -> new SocketPlace(null);

  @Nested
  class Calls extends CallScenarioTest {
    Calls() {
      super(SOCKETS);
    }
  }

  @Nested
  class Streams extends StreamScenarioTest {
    Streams() {
      super(SOCKETS);
    }
  }

  @Nested
  class Flow extends FlowScenarioTest {
    Flow() {
      super(SOCKETS);
    }
  }

  @Nested
  class Liveness extends LivenessScenarioTest {
    Liveness() {
      super(SOCKETS);
    }
  }
}
