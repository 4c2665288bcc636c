package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warning used to break into the demo's live line (field F8). */
class FrontLogTest {
  @TempDir Path dir;

  @Test
  void warningsGoToTheFileAndOnlyThere() throws Exception {
    var logger = System.getLogger("io.sennit.cli.demo.FrontLogTest");
    logger.log(System.Logger.Level.INFO, "logging is set up before the demo begins");
    var path = dir.resolve("front.log");
    var before = System.err;
    var said = new ByteArrayOutputStream();
    try (var log = new FrontLog(path)) {
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      logger.log(System.Logger.Level.WARNING, "a slow turn");
      logger.log(System.Logger.Level.INFO, "connected");
      assertThat(log.warnings()).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(Files.readString(path)).contains("a slow turn", "connected");
  }
}
