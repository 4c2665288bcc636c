package io.sennit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script, in a house of empty rooms, before a Java that only says what it was told. */
@Timeout(60)
class ScriptTest {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path house;

  @BeforeEach
  void build() throws IOException {
    program("sennit", Files.readString(TOP.resolve("sennit")));
    program("tools/jdk25", "#!/bin/sh\necho " + house.resolve("jdk") + "\n");
    program("jdk/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    for (var file : List.of("pom.xml", "cli/target/sennit-cli-1.jar", "cli/target/lib/x.jar")) {
      write(file, "");
    }
    for (var room : List.of("core", "net", "store", "grid", "node", "cli")) {
      write(room + "/pom.xml", "");
      Files.createDirectories(house.resolve(room).resolve("src/main"));
    }
    write("cli/target/built", ""); // newer than all the sources
  }

  private void write(String file, String text) throws IOException {
    var path = house.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void program(String file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(
        house.resolve(file), PosixFilePermissions.fromString("rwx------"));
  }

  private List<String> java(String options, String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of(house.resolve("sennit").toString()));
    command.addAll(Arrays.asList(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SENNIT_JAVA_OPTS", options);
    var process = builder.start();
    try {
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return said.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aCommandThatEndsAtOnceBeginsFast() throws Exception {
    for (var command : List.of("info", "config", "--help")) {
      assertThat(java("", command, "x y"))
          .contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx768m")
          .doesNotContain("-XX:+UseG1GC")
          .endsWith("io.sennit.cli.Main", command, "x y");
    }
  }

  @Test
  void aCommandThatStaysHasTheWholeCompilerAndACollectorForServers() throws Exception {
    assertThat(java("", "node", "--name", "a"))
        .contains("-XX:+UseG1GC", "-XX:MaxRAMPercentage=50")
        .doesNotContain("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx768m")
        .endsWith("io.sennit.cli.Main", "node", "--name", "a");
  }

  @Test
  void oneArchiveServesBoth() throws Exception {
    write("cli/target/sennit.jsa", "");
    var archive = "-XX:SharedArchiveFile=" + house.resolve("cli/target/sennit.jsa");
    assertThat(java("", "node")).contains(archive);
    assertThat(java("", "info")).contains(archive);
  }

  @Test
  void whoRunsItHasTheLastWord() throws Exception {
    var flags = java("-Xmx2g -XX:+UseParallelGC", "node");
    assertThat(flags).containsSubsequence("-XX:+UseG1GC", "-Xmx2g", "-XX:+UseParallelGC", "-cp");
  }
}
