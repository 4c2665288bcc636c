package io.sennit.grid;

import io.sennit.core.Tls;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The scenarios over TLS 1.3, both sides proven. */
@ExtendWith(Leaks.class)
class TlsScenariosTest {
  private static @Nullable Tls tls;

  private static final Ground SECURE = () -> new SocketPlace(tls);

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    tls = new Certificates(folder).mutual("loopback", "ip:127.0.0.1");
  }

  @Nested
  class Calls extends CallScenarioTest {
    Calls() {
      super(SECURE);
    }
  }

  @Nested
  class Streams extends StreamScenarioTest {
    Streams() {
      super(SECURE);
    }
  }

  @Nested
  class Flow extends FlowScenarioTest {
    Flow() {
      super(SECURE);
    }
  }

  @Nested
  class Liveness extends LivenessScenarioTest {
    Liveness() {
      super(SECURE);
    }
  }
}
