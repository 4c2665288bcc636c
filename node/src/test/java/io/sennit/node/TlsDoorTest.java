package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Tls;
import io.sennit.core.Within;
import io.sennit.testkit.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The door of a process with certificates: who comes in, and what the others are told. */
@Timeout(60)
class TlsDoorTest {
  private static final Within SOON = within(Duration.ofSeconds(10));

  @TempDir static Path folder;

  private static Certificates authority;
  private static Tls oneSided;
  private static Tls mutual;
  private static Tls anna;
  private static Tls stranger;

  private final ClusterKey key = ClusterKey.random();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = new Certificates(Files.createDirectory(folder.resolve("ours")));
    oneSided = authority.oneSided("node", "ip:127.0.0.1");
    mutual = authority.mutual("proven", "ip:127.0.0.1");
    anna = authority.mutual("anna", "dns:anna.test");
    var other = new Certificates(Files.createDirectory(folder.resolve("other")), "another ca");
    stranger = other.mutual("stranger", "dns:stranger.test");
  }

  private Node node(Tls tls) {
    return Node.builder().name("a").key(key).tls(tls).notRecorded().start();
  }

  private Door enter(String at, Optional<Tls> tls) {
    return Door.open(at, Optional.of(key), tls, SOON);
  }

  private void asks(Node node, Tls tls) {
    try (var door = enter(node.address().toString(), Optional.of(tls))) {
      assertThat(door.host()).isEqualTo(node.host()).startsWith("https://");
      assertThat(door.ask("info", Map.of(), SOON).path("name").asText()).isEqualTo("a");
      assertThat(door.ask("grid", Map.of(), SOON).path("guests").asInt()).isEqualTo(1);
    }
  }

  private void staysShut(Node node, String at, Optional<Tls> tls, String why) {
    assertThatThrownBy(() -> enter(at, tls))
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining(at)
        .hasMessageContaining(why);
    assertThat(node.grid().guests()).isZero();
  }

  @Test
  void overTls() {
    try (var node = node(oneSided)) {
      asks(node, Tls.client(authority.ca));
    }
  }

  @Test
  void overMutualTlsUnderAnyNameOfTheAuthority() {
    try (var node = node(mutual)) {
      asks(node, anna);
    }
  }

  @Test
  void notWithoutTheAuthoritysCertificate() {
    try (var node = node(mutual)) {
      var at = "https://" + node.address();
      var why = "the peer refused TLS: certificate required";
      staysShut(node, at, Optional.of(Tls.client(authority.ca)), why);
      var foreign = new Tls(stranger.identity(), Optional.of(authority.ca), true);
      staysShut(node, at, Optional.of(foreign), why);
    }
  }

  @Test
  void notByWhoDoesNotTrustTheNode() {
    try (var node = node(oneSided)) {
      staysShut(node, "https://" + node.address(), Optional.of(stranger), "certification path");
    }
  }

  @Test
  void notInPlainText() {
    for (var tls : new Tls[] {oneSided, mutual}) {
      try (var node = node(tls)) {
        var at = "http://" + node.address();
        staysShut(node, at, Optional.empty(), "the peer ended the connection in the upgrade");
      }
    }
  }
}
