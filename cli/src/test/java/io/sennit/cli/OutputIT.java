package io.sennit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A command whose output went to a full device said nothing and ended with 0 (F9): it has not done
 * what it was asked.
 */
@Timeout(120)
class OutputIT {
  private static final File FULL = new File("/dev/full");

  @TempDir Path dir;

  private void isTold(String... command) throws Exception {
    assertThat(FULL).exists();
    var to = ProcessBuilder.Redirect.to(FULL);
    try (var process = CommandProcess.start(dir, Map.of(), to, command)) {
      assertThat(process.exit()).as(List.of(command).toString()).isEqualTo(1);
      assertThat(process.errors())
          .as(List.of(command).toString())
          .contains("sennit: the output could not be written")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void commandsThatEndAtOnce() throws Exception {
    isTold("--help");
    isTold("--version");
    isTold("config", "--explain");
    isTold("config", "--json");
  }

  @Test
  void commandsThatAskAProcess() throws Exception {
    try (var node = CommandProcess.start(dir, Map.of(), "node")) {
      assertThat(node.line()).startsWith("sennit node");
      isTold("info");
      isTold("info", "--json");
      isTold("call");
      isTold("call", "info");
      isTold("call", "watch", "{\"every_ms\":100}"); // which would go on for ever
    }
  }

  @Test
  void aNodeThatCannotSayWhereItListensEnds() throws Exception {
    isTold("node");
  }

  /** Whoever reads a pipe may leave when he has seen enough. */
  @Test
  void aReaderThatLeavesIsNoFailure() throws Exception {
    try (var config = CommandProcess.start(dir, Map.of(), "config", "--explain")) {
      config.process().getInputStream().close();
      assertThat(config.exit()).isZero();
      assertThat(config.errors()).isEmpty();
    }
  }
}
