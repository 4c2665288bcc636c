package io.sennit.grid;

import io.sennit.core.Tls;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The scenarios over TLS 1.3, both sides proven. */
@ExtendWith(Leaks.class)
class TlsScenariosTest extends ScenarioTest {
  private static @Nullable Tls tls;

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    tls = new Certificates(folder).mutual("loopback", "ip:127.0.0.1");
  }

  @Override
  Place place() {
    return new SocketPlace(tls);
  }
}
