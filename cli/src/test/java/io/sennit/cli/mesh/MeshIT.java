package io.sennit.cli.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.cli.CommandProcess;
import io.sennit.core.ClusterKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes in processes of their own that reach each other over datagrams. */
@Timeout(120)
class MeshIT {
  private static final Pattern AT = Pattern.compile("http://(127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private static String at(CommandProcess node) throws Exception {
    var line = node.line();
    var found = AT.matcher(line);
    assertThat(found.find()).as(line).isTrue();
    return found.group(1);
  }

  @Test
  void twoProcessesPingEachOther() throws Exception {
    var key = Map.of("SENNIT_CLUSTER_KEY", ClusterKey.random().toHex());
    try (var alpha = CommandProcess.start(dir, key, "node", "--name", "alpha");
        var beta = CommandProcess.start(dir, key, "node", "--name", "beta")) {
      var a = at(alpha);
      var b = at(beta);
      var ping = CommandProcess.run(dir, key, "ping", b, "--at", a, "--count", "5");
      assertThat(ping.exit()).as(ping.out() + ping.err()).isZero();
      assertThat(ping.out().lines()).hasSize(5).allMatch(l -> l.startsWith(b + " answered " + a));
      var json = CommandProcess.run(dir, key, "call", "mesh", "--at", a);
      var peers = JSON.readTree(json.out()).path("peers");
      assertThat(peers).hasSize(1);
      assertThat(peers.get(0).path("state").asText()).isEqualTo("CONNECTED");
      assertThat(peers.get(0).path("packet_size").asInt()).isEqualTo(1400);
    }
  }

  @Test
  void aProcessThatDiedIsReportedAndItsSuccessorIsReachedAtOnce() throws Exception {
    try (var alpha = CommandProcess.start(dir, Map.of(), "node", "--name", "alpha")) {
      var a = at(alpha);
      String b;
      try (var beta = CommandProcess.start(dir, Map.of(), "node", "--name", "beta")) {
        b = at(beta);
        assertThat(CommandProcess.run(dir, Map.of(), "ping", b, "--at", a).exit()).isZero();
        beta.signal("KILL");
        assertThat(beta.process().waitFor()).isNotZero();
      }
      var dead = CommandProcess.run(dir, Map.of(), "ping", b, "--at", a, "--count", "1");
      assertThat(dead.exit()).isEqualTo(1);
      assertThat(dead.out()).contains(b);
      try (var next =
          CommandProcess.start(dir, Map.of(), "node", "--name", "beta", "--listen", b)) {
        assertThat(at(next)).isEqualTo(b);
        Awaitility.await()
            .atMost(java.time.Duration.ofSeconds(15))
            .untilAsserted(
                () ->
                    assertThat(CommandProcess.run(dir, Map.of(), "ping", b, "--at", a).exit())
                        .isZero());
      }
    }
  }

  /** One address is enough to find all; a death is known everywhere within seconds. */
  @Test
  void membersFindEachOtherAndNoticeADeath() throws Exception {
    var key = Map.of("SENNIT_CLUSTER_KEY", ClusterKey.random().toHex());
    try (var alpha = CommandProcess.start(dir, key, "node", "--name", "alpha")) {
      var a = at(alpha);
      try (var beta =
              CommandProcess.start(
                  dir, key, "node", "--name", "beta", "--peer", a, "--set", "mesh.type=game");
          var gamma = CommandProcess.start(dir, key, "node", "--name", "gamma", "--peer", a)) {
        var b = at(beta);
        var c = at(gamma);
        for (var asked : new String[] {a, b, c}) {
          Awaitility.await()
              .atMost(java.time.Duration.ofSeconds(15))
              .untilAsserted(() -> assertThat(members(key, asked)).contains(a, b, c, "game"));
        }
        gamma.signal("KILL");
        for (var asked : new String[] {a, b}) {
          Awaitility.await()
              .atMost(java.time.Duration.ofSeconds(20))
              .untilAsserted(() -> assertThat(members(key, asked)).doesNotContain(c));
        }
        beta.signal("TERM"); // a goodbye is known at once
        assertThat(beta.exit()).isZero();
        Awaitility.await()
            .atMost(java.time.Duration.ofSeconds(5))
            .untilAsserted(() -> assertThat(members(key, a)).doesNotContain(b));
      }
    }
  }

  private String members(Map<String, String> environment, String asked) throws Exception {
    var result = CommandProcess.run(dir, environment, "members", "--why", "--at", asked);
    assertThat(result.exit()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void anotherKeyIsNotAnswered() throws Exception {
    var one = Map.of("SENNIT_CLUSTER_KEY", ClusterKey.random().toHex());
    var other = Map.of("SENNIT_CLUSTER_KEY", ClusterKey.random().toHex());
    try (var alpha = CommandProcess.start(dir, one, "node", "--name", "alpha");
        var beta = CommandProcess.start(dir, other, "node", "--name", "beta")) {
      var a = at(alpha);
      var b = at(beta);
      var ping = CommandProcess.run(dir, one, "ping", b, "--at", a, "--count", "1");
      assertThat(ping.exit()).isEqualTo(1);
      assertThat(ping.out()).containsAnyOf("no answer in time", "did not answer the handshake");
      var wrong = CommandProcess.run(dir, one, "ping", "nowhere", "--at", a);
      assertThat(wrong.exit()).isEqualTo(2);
    }
  }
}
