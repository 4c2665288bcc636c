package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.MainJvm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A demo that cannot begin, or is broken off, says why and leaves nothing (field F7): it used to
 * leave a folder with the cluster's key, and to print a stack trace.
 */
@Timeout(120)
class DemoLeavesNothingIT {
  @TempDir Path dir;
  @TempDir Path elsewhere;

  private void leftNothing() {
    assertThat(elsewhere.toFile().list((folder, name) -> name.startsWith("sennit-demo-")))
        .as("temporary folders")
        .isEmpty();
  }

  /** What it says on both of its outputs; it must end with the code for a wrong command. */
  private String refused(List<String> command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SENNIT_RUN_DIR", elsewhere.resolve("run").toString());
    builder.environment().remove("TMPDIR");
    var process = MainJvm.bounded(builder.start());
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(2);
    assertThat(said).doesNotContain("\tat ").doesNotContain("Exception:");
    leftNothing();
    return said;
  }

  private List<String> demo(Path temporary, Path folder) throws Exception {
    return MainJvm.command(
        List.of("-Xmx256m", "-XX:-UsePerfData", "-Djava.io.tmpdir=" + temporary),
        List.of("demo", "--once", "--nodes", "1", folder.toString()));
  }

  @Test
  void anEmptyFolder() throws Exception {
    assertThat(refused(demo(elsewhere, dir)))
        .contains("nothing to search under " + dir)
        .contains("Choose a folder with texts in it");
  }

  @Test
  void aFolderWithoutTexts() throws Exception {
    Files.write(dir.resolve("photo"), new byte[] {'P', 'N', 'G', 0});
    assertThat(refused(demo(elsewhere, dir))).contains("passed by {binary=1}");
  }

  @Test
  void aFolderWithTextsThatTurnOutToBeNone() throws Exception {
    Files.write(dir.resolve("latin1"), new byte[] {'c', 'a', 'f', (byte) 0xe9, '\n'});
    assertThat(refused(demo(elsewhere, dir))).contains("no words to search for");
  }

  @Test
  void aFolderThatIsNotThere() throws Exception {
    assertThat(refused(demo(elsewhere, dir.resolve("missing"))))
        .contains("is not a folder that can be read");
  }

  @Test
  void aPlaceForTemporaryFilesThatTakesNone() throws Exception {
    FrontProcess.texts(dir);
    assertThat(refused(demo(Path.of("/proc"), dir)))
        .contains("no temporary folder can be made in /proc")
        .contains("or name another place by TMPDIR");
  }

  /** A limit of no bytes at all for each file: what a full disk does, without a full disk. */
  @Test
  void aPlaceForTemporaryFilesThatIsFull() throws Exception {
    FrontProcess.texts(dir);
    var command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"));
    command.addAll(demo(elsewhere, dir));
    assertThat(refused(command))
        .contains("no temporary folder can be made in " + elsewhere)
        .contains("Free some space there");
  }

  /** Ctrl-C as soon as it has said a thing, and then wherever it happens to be. */
  @ParameterizedTest
  @ValueSource(strings = {"sennit demo: ", "looking for files", "1 workers:"})
  void brokenOffInItsFirstSeconds(String said) throws Exception {
    FrontProcess.texts(dir);
    var errors = elsewhere.resolve("err");
    try (var front = new FrontProcess(errors, "--nodes", "1", dir.toString())) {
      front.awaitLine(said);
      interrupted(front, errors);
    }
  }

  /** Ctrl-C while its first worker starts. */
  @Test
  void brokenOffWhileAWorkerStarts() throws Exception {
    FrontProcess.texts(dir);
    var errors = elsewhere.resolve("err");
    try (var front = new FrontProcess(errors, "--nodes", "1", dir.toString())) {
      front.awaitLine("looking for files");
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> front.process().descendants().findAny().isPresent());
      interrupted(front, errors);
    }
  }

  private void interrupted(FrontProcess front, Path errors) throws Exception {
    front.signal("INT");
    assertThat(front.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(errors)).doesNotContain("\tat ");
    leftNothing();
  }
}
