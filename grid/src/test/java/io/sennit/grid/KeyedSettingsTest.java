package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.RejectedException;
import io.sennit.core.Tls;
import io.sennit.core.Within;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes together with a key and with certificates, and what does not; on real sockets. */
@ExtendWith(Leaks.class)
@Timeout(60)
class KeyedSettingsTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final int ECHO = 7;
  private static @Nullable Tls mutual;
  private static @Nullable Tls named;

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    var authority = new Certificates(folder);
    var node = authority.pair("node", "ip:127.0.0.1");
    mutual = Tls.mutual(node.chain(), node.key(), authority.ca);
    named = Tls.client(authority.ca);
  }

  private static ManagerBuilder builder() {
    return Manager.builder().listen(Address.of("127.0.0.1", 0));
  }

  @Test
  @Row("G-manager-options")
  void whatContradictsItself() {
    var key = ClusterKey.random();
    refused(builder().key(key).extensions(false), "extensions");
    refused(builder().auth(TestGrid.DEBUG).unlisted(true), "unlisted");
    refused(builder().key(key).dialsOnly(), "dialsOnly");
    refused(Manager.builder().key(key), "local");
    assertThatThrownBy(() -> builder().key(key, key))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("each key once");
    assertThatThrownBy(() -> builder().maxLearned(0)).isInstanceOf(ConfigException.class);
  }

  private static void refused(ManagerBuilder builder, String key) {
    assertThatThrownBy(builder::start)
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.key()).isEqualTo(key));
  }

  /**
   * A manager without certificates took a peer that says https, and then hung in CONNECTING without
   * an attempt or an error (grid B7, field F12).
   */
  @Test
  @Row("G-tls-missing")
  void aHostThatNeedsCertificatesIsRefusedWhereThereAreNone() {
    for (boolean keyed : new boolean[] {true, false}) {
      var taste = keyed ? builder().key(ClusterKey.random()) : builder().auth(TestGrid.DEBUG);
      try (var manager = taste.start()) {
        assertThatThrownBy(() -> manager.add("https://127.0.0.1:1"))
            .isInstanceOf(ConfigException.class)
            .hasMessageContaining("certificates");
        assertThatThrownBy(() -> manager.learn("wss://127.0.0.1:1"))
            .isInstanceOf(ConfigException.class);
        assertThat(manager.targets()).isEmpty();
      }
    }
    assertThatThrownBy(
            () -> builder().auth(TestGrid.DEBUG).hosts(List.of("https://127.0.0.1:1")).start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("certificates");
  }

  /** What an authenticator threw used to leave the peer in CONNECTING for ever (grid B7). */
  @Test
  @Row("G-tls-missing")
  void whateverADialThrowsIsAFailedAttempt() {
    var thrower =
        new Authenticator() {
          @Override
          public String token(String remote) {
            throw new IllegalStateException("no token today");
          }

          @Override
          public void check(String token, io.sennit.core.spi.Peer peer) {}
        };
    try (var server = builder().auth(TestGrid.DEBUG).start();
        var manager =
            Manager.builder()
                .local(dialing(server.hostName()))
                .auth(thrower)
                .backoff(
                    new Backoff(Duration.ofMillis(20), Duration.ofMillis(50)),
                    Duration.ofSeconds(5))
                .start()) {
      var way = manager.add(server.hostName());
      Awaitility.await().until(() -> way.stats().attempts() > 2);
      assertThat(way.lastError().orElseThrow()).hasMessageContaining("no token today");
    }
  }

  private static String dialing(String host) {
    for (int i = 0; ; i++) {
      if (io.sennit.grid.wire.DialRule.dials("http://m" + i + ":1", host)) {
        return "http://m" + i + ":1";
      }
    }
  }

  @Test
  @Row({"G-learned", "G-ties"})
  void aCertificateOfMutualTlsIsAProof() {
    var tls = Objects.requireNonNull(mutual);
    try (var a = builder().auth(TestGrid.DEBUG).tls(tls).unlisted(true).start();
        var b = builder().auth(TestGrid.DEBUG).tls(tls).unlisted(true).start();
        var client = Manager.builder().auth(TestGrid.DEBUG).tls(tls).dialsOnly().start()) {
      a.registerSingle(ECHO, (request, caller) -> caller.connection().call(ECHO, request, SOON));
      b.registerSingle(ECHO, (request, caller) -> request);
      client.registerSingle(ECHO, (request, caller) -> request);
      assertThat(b.learn(a.hostName()).call(ECHO, new byte[3], SOON)).hasSize(3);
      var way = client.add(a.hostName());
      way.waitForConnect(SOON);
      assertThat(way.call(ECHO, new byte[4], SOON)).hasSize(4);
      assertThat(a.targets()).contains(b.hostName(), client.hostName());
    }
  }

  @Test
  @Row("G-proof")
  void certificatesOfOneSideDoNotReplaceTheKey() {
    assertThatThrownBy(
            () ->
                builder()
                    .auth(TestGrid.DEBUG)
                    .tls(Objects.requireNonNull(named))
                    .unlisted(true)
                    .start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("mutual TLS");
  }

  /** With a key a peer is what it calls itself: two names for one node would be two peers. */
  @Test
  @Row("G-proof")
  void aNodeThatCallsItselfOtherwiseIsNotTheOneThatWasDialed() {
    var key = ClusterKey.random();
    try (var a = builder().key(key).local("http://elsewhere:7400").start();
        var b = builder().key(key).start();
        var client = Manager.builder().key(key).dialsOnly().start()) {
      var at = "http://" + a.address().orElseThrow();
      var way = b.add(at);
      Awaitility.await().until(() -> way.lastError().isPresent());
      assertThat(way.lastError().orElseThrow())
          .isInstanceOf(RejectedException.class)
          .hasMessageContaining("the peer calls itself http://elsewhere:7400");
      assertThat(a.targets()).isEmpty();
      client.add(at).waitForConnect(SOON); // a plain client has no names to keep apart
    }
  }
}
