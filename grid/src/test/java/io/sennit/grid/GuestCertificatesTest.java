package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.Tls;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which guests a node with certificates leaves outside, and what they are told. */
@ExtendWith(Leaks.class)
@Timeout(60)
@Row("G-guests")
class GuestCertificatesTest {
  private static final Backoff SOON_AGAIN =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(50));

  private static Certificates ours = none();
  private static Tls nodes = none();
  private static Tls stranger = none();
  private static Tls impostor = none();

  private SocketPlace place = none();

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // set before each test
  private static <T> T none() {
    return null;
  }

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    ours = new Certificates(Files.createDirectory(folder.resolve("ours")));
    nodes = ours.mutual("node", "ip:127.0.0.1");
    stranger = other(folder, "another ca").mutual("anna", "dns:anna.test");
    impostor = other(folder, "ca").mutual("anna", "dns:anna.test");
  }

  private static Certificates other(Path folder, String name) throws Exception {
    return new Certificates(Files.createDirectory(folder.resolve("other " + name)), name);
  }

  @BeforeEach
  void begin() {
    place = new SocketPlace(nodes);
    place.mesh(1);
  }

  @AfterEach
  void end() {
    place.close();
  }

  private void staysOutside(@Nullable Tls tls, String... why) {
    var host = place.manager(0);
    var builder =
        Manager.builder()
            .fabric(place.fabric(5))
            .auth(TestGrid.DEBUG)
            .backoff(SOON_AGAIN, Duration.ofSeconds(5))
            .guest();
    var name = host.hostName();
    if (tls != null) {
      builder.tls(tls);
    } else {
      name = name.replace("https:", "http:");
    }
    var guest = builder.start();
    place.managers.add(guest);
    var way = guest.add(name);
    place.until("counted, and asked again", () -> way.stats().attempts() > 1);
    assertThat(way.lastError().orElseThrow())
        .isInstanceOfSatisfying(
            DisconnectedException.class,
            e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN))
        .hasMessageContainingAll(why);
    assertThat(way.stats().connects()).isZero();
    assertThat(host.guests()).isZero();
  }

  private void counted() {
    place.until("counted by the host", () -> place.manager(0).refusals() > 0);
  }

  /** It keeps its certificate to itself, which is not the authority's the node asks for. */
  @Test
  void oneWithACertificateOfAnotherAuthority() {
    staysOutside(
        new Tls(stranger.identity(), Optional.of(ours.ca), true),
        "the peer refused TLS: certificate required");
    counted();
  }

  @Test
  void oneWhoseAuthorityOnlyBearsTheNameOfOurs() {
    staysOutside(
        new Tls(impostor.identity(), Optional.of(ours.ca), true), "the peer refused TLS: ");
    counted();
  }

  @Test
  void oneWithoutACertificate() {
    staysOutside(Tls.client(ours.ca), "the peer refused TLS: certificate required");
    counted();
  }

  @Test
  void oneThatDoesNotTrustTheNode() {
    staysOutside(stranger, "the TLS handshake", "certification path");
  }

  @Test
  void oneInPlainText() {
    staysOutside(null, "ended the connection in the upgrade");
    counted();
  }
}
