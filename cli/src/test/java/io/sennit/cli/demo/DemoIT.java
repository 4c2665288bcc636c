package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sennit.cli.demo.grid.EveryKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as its users run it. */
@Timeout(120)
class DemoIT {
  @TempDir Path dir;
  @TempDir Path elsewhere;

  private void allEnd(FrontProcess front) {
    assertThat(front.workers()).isNotEmpty();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(front.workers()).noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void theTourPassesAndLeavesNothing() throws Exception {
    var errors = elsewhere.resolve("err");
    try (var front =
        new FrontProcess(errors, "--once", "--nodes", "2", FrontProcess.texts(dir).toString())) {
      front.awaitLine("2 workers: ");
      var rest = front.rest();
      assertThat(front.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(front.process().exitValue()).as(rest).isZero();
      assertThat(rest).contains("PASS").doesNotContain("FAIL").contains("wrong answers 0");
      assertThat(Files.readString(errors)).as("what the terminal gets beside the tour").isEmpty();
      allEnd(front);
    }
  }

  @Test
  void theTourPassesOnAFolderOfEveryKind() throws Exception {
    EveryKind.in(dir);
    try (var front =
        new FrontProcess(elsewhere.resolve("err"), "--once", "--nodes", "2", dir.toString())) {
      var all = front.rest();
      assertThat(front.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(front.process().exitValue()).as(all).isZero();
    }
  }

  /** Files grow, are rewritten, come and go from the first listing to the last answer. */
  @Test
  void theTourPassesWhileFilesChange() throws Exception {
    FrontProcess.texts(dir);
    try (var writer = new RestlessFiles(dir);
        var front =
            new FrontProcess(elsewhere.resolve("err"), "--once", "--nodes", "2", dir.toString())) {
      var all = front.rest();
      assertThat(front.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(front.process().exitValue()).as(all).isZero();
      assertThat(writer.rounds()).isGreaterThan(10);
    }
  }

  @Test
  void theResultAsJson() throws Exception {
    var errors = elsewhere.resolve("err");
    try (var front =
        new FrontProcess(errors, "--json", "--nodes", "1", FrontProcess.texts(dir).toString())) {
      var result = new ObjectMapper().readTree(front.rest());
      assertThat(result.path("pass").asBoolean()).as(result.toString()).isTrue();
      assertThat(result.path("searched").path("whole").asBoolean()).isTrue();
      assertThat(result.path("searched").path("files").asInt()).isEqualTo(20);
      assertThat(result.path("nodes").asInt()).isEqualTo(1);
      for (var check : result.path("checks")) {
        assertThat(check.path("expected").asText()).isNotEmpty();
        assertThat(check.path("how").asText()).isNotEmpty();
        assertThat(check.path("seen").asText()).isNotEmpty();
      }
      assertThat(result.path("checks")).hasSize(result.path("total").asInt()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KILL", "INT", "TERM"})
  void aKilledFrontLeavesNoProcess(String signal) throws Exception {
    try (var front =
        new FrontProcess(
            elsewhere.resolve("err"), "--nodes", "2", FrontProcess.texts(dir).toString())) {
      front.awaitLine("2 workers: ");
      assertThat(front.workers()).hasSize(2).allMatch(ProcessHandle::isAlive);
      front.signal(signal);
      assertThat(front.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      allEnd(front);
      if (!signal.equals("KILL")) {
        assertThat(elsewhere.toFile().list((folder, name) -> name.startsWith("sennit-demo-")))
            .as("folders for logs that nobody will read")
            .isEmpty();
      }
    }
  }

  @Test
  void theDeadAreReplacedAtThePrompt() throws Exception {
    try (var front =
        new FrontProcess(
            elsewhere.resolve("err"), "--nodes", "2", FrontProcess.texts(dir).toString())) {
      front.awaitLine("the cluster is yours");
      front.awaitLine("worker 1");
      var victim = front.workers().getLast();
      assertThat(victim.destroyForcibly()).isTrue();
      front.awaitLine("is gone; starting it again");
      front.awaitLine("is back as pid");
      try (var in = front.process().outputWriter()) {
        in.write("common\n:quit\n");
      }
      assertThat(front.awaitLine("'common':")).contains("20 files, 20 lines");
      assertThat(front.awaitLine("a plain scan")).contains("says the same");
      assertThat(front.rest()).contains("PASS  no process left");
      allEnd(front);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "33", "many"})
  void aWrongNumberOfNodesIsAClearError(String nodes) throws Exception {
    var errors = elsewhere.resolve("err");
    try (var front = new FrontProcess(errors, "--nodes", nodes, dir.toString())) {
      front.rest();
      assertThat(front.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(front.process().exitValue()).isEqualTo(2);
      assertThat(Files.readString(errors)).contains("--nodes");
    }
  }
}
