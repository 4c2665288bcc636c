package io.sennit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.core.ClusterKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sennit config} and {@code --help}, as people run them. */
@Timeout(120)
class ConfigIT {
  @TempDir Path dir;

  @Test
  void everyKeyIsExplainedAndNoSecretShown() throws Exception {
    var key = ClusterKey.random().toHex();
    Files.writeString(dir.resolve("node.conf"), "# mine\nlisten = \"127.0.0.1:7400\"\n");
    var environment = Map.of("SENNIT_CLUSTER_KEY", key, "SENNIT_GRID_PING", "5 s");
    var text = CommandProcess.run(dir, environment, "config", "--config", "node.conf", "--explain");
    assertThat(text.exit()).as(text.err()).isZero();
    assertThat(text.out())
        .containsPattern("listen += 127\\.0\\.0\\.1:7400 +\\(node\\.conf:2\\)")
        .containsPattern("grid\\.ping += 5 s +\\(environment SENNIT_GRID_PING\\)")
        .containsPattern("cluster-key += set +\\(environment SENNIT_CLUSTER_KEY\\)")
        .containsPattern("grid\\.window += 1 MiB +\\(default\\)")
        .contains("Interval of connection pings")
        .doesNotContain(key);
    var json =
        CommandProcess.run(
            dir, environment, "config", "--config", "node.conf", "--explain", "--json");
    var all = new ObjectMapper().readTree(json.out());
    assertThat(all.size()).isGreaterThan(20);
    assertThat(all.path(0).path("key").asText()).isEqualTo("cluster");
    assertThat(json.out()).contains("\"node.conf:2\"").doesNotContain(key);
    var brief = CommandProcess.run(dir, environment, "config", "--config", "node.conf");
    assertThat(brief.out())
        .contains("listen")
        .contains("are set, and valid")
        .doesNotContain("window");
  }

  @Test
  void whatIsWrongIsSaidWithItsPlace() throws Exception {
    Files.writeString(dir.resolve("node.conf"), "name = x\ngrid.max-gests = 3\n");
    var unknown = CommandProcess.run(dir, Map.of(), "config", "--config", "node.conf");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err())
        .contains("grid.max-gests = 3: no such key; the nearest is grid.max-guests (node.conf:2)");
    var variable = CommandProcess.run(dir, Map.of("SENNIT_LISTE", "x"), "config");
    assertThat(variable.exit()).isEqualTo(2);
    assertThat(variable.err()).contains("the nearest is SENNIT_LISTEN");
    var gone = CommandProcess.run(dir, Map.of(), "config", "--config", "gone.conf");
    assertThat(gone.exit()).isEqualTo(2);
    assertThat(gone.err()).contains("gone.conf").doesNotContain("\tat ");
  }

  @Test
  void everyCommandIsListed() throws Exception {
    var help = CommandProcess.run(dir, Map.of(), "--help");
    assertThat(help.exit()).isZero();
    for (var command : new String[] {"demo", "node", "info", "call", "config", "bench"}) {
      assertThat(help.out()).containsPattern("(?m)^  " + command + " +[A-Z]");
    }
    var bench = CommandProcess.run(dir, Map.of(), "bench", "grid", "--quick");
    assertThat(bench.exit()).isEqualTo(2);
    assertThat(bench.err()).contains("./sennit bench");
  }
}
