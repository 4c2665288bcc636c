package io.sennit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.ClusterKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node in one process and commands in others, as people run them. */
@Timeout(120)
class DoorIT {
  private static final Pattern AT = Pattern.compile("http://(127\\.0\\.0\\.1:\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private CommandProcess node(Map<String, String> environment, String... arguments)
      throws Exception {
    var all = new String[arguments.length + 1];
    all[0] = "node";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandProcess.start(dir, environment, all);
  }

  private CommandProcess.Result run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private CommandProcess.Result run(Map<String, String> environment, String... arguments)
      throws Exception {
    var result = CommandProcess.run(dir, environment, arguments);
    assertThat(result.err()).doesNotContain("\tat ").doesNotContain("Exception");
    return result;
  }

  private static String at(String line) {
    var found = AT.matcher(line);
    assertThat(found.find()).as(line).isTrue();
    return found.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aNodeRunsUntilASignalAndLeavesNothing(String signal) throws Exception {
    try (var node = node(Map.of(), "--name", "alpha")) {
      assertThat(node.line())
          .startsWith("sennit node alpha of sennit listens at http://127.0.0.1:")
          .contains("without a cluster key: for this machine only");
      assertThat(dir.resolve("run")).isNotEmptyDirectory();
      node.signal(signal);
      assertThat(node.rest()).contains("alpha has ended");
      assertThat(node.exit()).isZero();
      assertThat(node.errors()).isEmpty();
      assertThat(dir.resolve("run")).isEmptyDirectory();
    }
  }

  @Test
  void theOneProcessIsFound() throws Exception {
    var none = run("info");
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("no running process is recorded in").contains("--at HOST:PORT");
    try (var alpha = node(Map.of(), "--name", "alpha", "--set", "cluster=arena")) {
      var at = at(alpha.line());
      var info = run("info");
      assertThat(info.exit()).as(info.err()).isZero();
      assertThat(info.out()).startsWith("alpha of arena at http://" + at).contains("guests 1");
      assertThat(info.err()).isEmpty();
      var json = JSON.readTree(run("info", "--json").out());
      assertThat(json.path("pid").asLong()).isEqualTo(alpha.process().pid());
      try (var beta = node(Map.of(), "--name", "beta", "--peer", at)) {
        var other = at(beta.line());
        var many = run("info");
        assertThat(many.exit()).isEqualTo(2);
        assertThat(many.err())
            .contains("2 processes run here")
            .contains(at + " (alpha of arena, pid " + alpha.process().pid() + ")")
            .contains(other + " (beta of sennit");
        assertThat(run("info", "--at", other).out()).startsWith("beta of sennit at");
        assertThat(run(Map.of("SENNIT_AT", at), "info").out()).startsWith("alpha of arena at");
        assertThat(run(Map.of("SENNIT_AT", at), "info", "--at", other).out()).startsWith("beta");
      }
    }
  }

  @Test
  void verbsAreListedAndCalled() throws Exception {
    try (var node = node(Map.of(), "--name", "alpha")) {
      node.line();
      var verbs = run("call");
      assertThat(verbs.out()).contains("grid ", "info ", "verbs ", "watch ").contains("(a stream)");
      var info = JSON.readTree(run("call", "info").out());
      assertThat(info.path("name").asText()).isEqualTo("alpha");
      var watch = run("call", "watch", "{\"count\":3,\"every_ms\":100}");
      assertThat(watch.out().lines())
          .hasSize(3)
          .allMatch(l -> l.startsWith("{\"protocol_errors\""));
      var unknown = run("call", "nonsense");
      assertThat(unknown.exit()).isEqualTo(1);
      assertThat(unknown.err())
          .contains("no control verb 'nonsense'; there are [", "grid, health, info");
      for (var wrong : new String[] {"[1]", "{", "7 8"}) {
        var result = run("call", "info", wrong);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("JSON");
      }
    }
  }

  @Test
  void aStreamThatNobodyReadsEnds() throws Exception {
    try (var node = node(Map.of())) {
      node.line();
      try (var watch = CommandProcess.start(dir, Map.of(), "call", "watch", "{\"every_ms\":100}")) {
        assertThat(watch.line()).contains("guests");
        watch.process().getInputStream().close();
        assertThat(watch.exit()).isZero();
      }
    }
  }

  @Test
  void aClusterKeyOpensTheDoor() throws Exception {
    var key = ClusterKey.random().toHex();
    try (var node = node(Map.of("SENNIT_CLUSTER_KEY", key))) {
      assertThat(node.line()).contains("with a cluster key: peers and commands must have the same");
      var without = run("info");
      assertThat(without.exit()).isEqualTo(1);
      assertThat(without.err()).contains("It has a cluster key: give that in SENNIT_CLUSTER_KEY");
      var other = run(Map.of("SENNIT_CLUSTER_KEY", ClusterKey.random().toHex()), "info");
      assertThat(other.exit()).isEqualTo(1);
      assertThat(other.err()).contains("Its cluster key is another one");
      assertThat(run(Map.of("SENNIT_CLUSTER_KEY", key), "info").exit()).isZero();
    }
  }

  @Test
  void aKeyInAFileIsFoundByItsOwner() throws Exception {
    Files.writeString(dir.resolve("secret.hex"), ClusterKey.random().toHex());
    Files.writeString(dir.resolve("node.conf"), "cluster-key = secret.hex\nname = gamma");
    try (var node = node(Map.of(), "--config", "node.conf")) {
      var at = at(node.line());
      assertThat(run("info").out()).startsWith("gamma of sennit");
      assertThat(run("info", "--at", at).out()).startsWith("gamma of sennit");
      assertThat(run("info", "--at", at, "--config", "node.conf").out()).startsWith("gamma");
      assertThat(run(Map.of("SENNIT_RUN_DIR", "off"), "info", "--at", at).exit()).isEqualTo(1);
    }
  }

  /**
   * A recorded process named by another spelling of its address was refused, because its key was
   * not found (F10).
   */
  @Test
  void aProcessIsFoundByAnySpellingOfItsAddress() throws Exception {
    Files.writeString(dir.resolve("secret.hex"), ClusterKey.random().toHex());
    try (var node = node(Map.of(), "--set", "cluster-key=" + dir.resolve("secret.hex"))) {
      var at = at(node.line());
      var port = at.substring(at.indexOf(':') + 1);
      for (var spelling :
          new String[] {
            "localhost:" + port,
            "LocalHost:" + port,
            at + "/",
            "http://" + at,
            "HTTP://" + at + "/",
            "http://localhost:" + port + "/",
            "127.1:" + port
          }) {
        var info = run("info", "--at", spelling);
        assertThat(info.exit()).as(spelling + ": " + info.err()).isZero();
      }
      assertThat(run(Map.of("SENNIT_AT", "localhost:" + port), "info").exit()).isZero();
      for (var wrong : new String[] {"ftp://" + at, "http://" + at + "/x", at + "//", "http://"}) {
        var info = run("info", "--at", wrong);
        assertThat(info.exit()).as(wrong).isEqualTo(2);
        assertThat(info.err()).contains("--at " + wrong + ": HOST:PORT");
      }
    }
  }

  @Test
  void whatGoesWrongIsASentence() throws Exception {
    var nobody = run("info", "--at", "127.0.0.1:1");
    assertThat(nobody.exit()).isEqualTo(1);
    assertThat(nobody.err()).contains("nobody answers at http://127.0.0.1:1").contains("running?");
    var badPlace = run("info", "--at", "here");
    assertThat(badPlace.exit()).isEqualTo(2);
    assertThat(badPlace.err()).contains("--at here: HOST:PORT");
    var beyond = run("node", "--listen", "0.0.0.0:0");
    assertThat(beyond.exit()).isEqualTo(2);
    assertThat(beyond.err()).contains("a loopback address, or a cluster key beside it");
    var wrongKey = run("node", "--set", "grid.widnow=1");
    assertThat(wrongKey.exit()).isEqualTo(2);
    assertThat(wrongKey.err()).contains("the nearest is grid.window");
    try (var node = node(Map.of())) {
      var taken = run("node", "--listen", at(node.line()));
      assertThat(taken.exit()).isEqualTo(2);
      assertThat(taken.err().lines()).hasSize(1);
      assertThat(taken.err()).contains("an address that is free");
    }
    var never = run("info", "--within", "0");
    assertThat(never.exit()).isEqualTo(2);
  }
}
