package io.sennit.grid;

import io.sennit.core.Tls;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Guests over mutual TLS: the certificate of one is the cluster's, its name is not compared. */
@ExtendWith(Leaks.class)
class MutualTlsGuestsTest extends GuestScenarioTest {
  private static @Nullable Tls nodes;
  private static @Nullable Tls guests;

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    var authority = new Certificates(folder);
    nodes = authority.mutual("node", "ip:127.0.0.1");
    guests = authority.mutual("anna", "dns:anna.test");
  }

  @Override
  Place place() {
    return new SocketPlace(nodes);
  }

  @Override
  @Nullable Tls guestTls() {
    return guests;
  }
}
