package io.sennit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RunDirectoryTest {
  private static final ProcessHandle HERE = ProcessHandle.current();

  @TempDir Path temp;

  private static RunningProcess process(long pid, Instant started, String host) {
    return new RunningProcess(pid, started, "arena", "a", host, Optional.empty());
  }

  private static Instant start(ProcessHandle process) {
    return process.info().startInstant().orElseThrow();
  }

  private Path only(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .reduce(
              (a, b) -> {
                throw new AssertionError(a + " and " + b);
              })
          .orElseThrow();
    }
  }

  private static String rights(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aRunningNodeIsFoundAndAClosedOneIsNot() throws Exception {
    var folder = temp.resolve("deep/run");
    var directory = RunDirectory.at(folder);
    assertThat(directory.list()).isEmpty();
    try (var a = Node.builder().cluster("arena").runDirectory(directory).start();
        var b = Node.builder().cluster("arena").name("b").runDirectory(directory).start()) {
      assertThat(directory.list())
          .extracting(RunningProcess::at)
          .containsExactlyInAnyOrder(a.address().toString(), b.address().toString());
      a.close();
      var found = directory.list().getFirst();
      assertThat(found.name()).isEqualTo("b");
      assertThat(found.host()).isEqualTo(b.host());
      assertThat(found.cluster()).isEqualTo("arena");
      assertThat(found.pid()).isEqualTo(HERE.pid());
      assertThat(found.keyFile()).isEmpty();
      assertThat(rights(only(folder))).isEqualTo("rw-------");
      assertThat(rights(folder)).isEqualTo("rwx------");
      b.leaveRunDirectory();
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void theKeyFileIsNamedAndTheKeyIsNot() throws Exception {
    var key = io.sennit.core.ClusterKey.random();
    var file = Files.writeString(temp.resolve("key"), key.toHex());
    var directory = RunDirectory.at(temp.resolve("run"));
    try (var node = Node.builder().keyFile(file).runDirectory(directory).start()) {
      assertThat(directory.list().getFirst().keyFile()).contains(file);
      assertThat(Files.readString(only(directory.folder())))
          .contains(node.address().toString())
          .doesNotContain(key.toHex());
    }
  }

  @Test
  void theDeadAreForgotten() throws Exception {
    var child = new ProcessBuilder("sleep", "60").start();
    var directory = RunDirectory.at(temp);
    try {
      directory.enter(process(child.pid(), start(child.toHandle()), "http://127.0.0.1:1"));
      assertThat(directory.list()).hasSize(1);
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(directory.list()).isEmpty();
    assertThat(temp).isEmptyDirectory();
  }

  /** A number that was given to another process since: its start differs. */
  @Test
  void aPidThatWasUsedAgainIsAnotherProcess() throws Exception {
    var directory = RunDirectory.at(temp);
    directory.enter(process(HERE.pid(), start(HERE).minusSeconds(60), "http://127.0.0.1:1"));
    assertThat(directory.list()).isEmpty();
    assertThat(temp).isEmptyDirectory();
    directory.enter(process(HERE.pid(), start(HERE), "http://127.0.0.1:1"));
    assertThat(directory.list()).hasSize(1);
  }

  @Test
  void whatIsNoEntryIsLeftAloneAndNonsenseIsRemoved() throws Exception {
    Files.writeString(temp.resolve("README"), "mine");
    Files.writeString(temp.resolve(HERE.pid() + "-1.json"), "{\"pid\":");
    Files.writeString(temp.resolve(HERE.pid() + "-2.json"), "x".repeat(100_000));
    var writing = Files.writeString(temp.resolve(HERE.pid() + "-3.json.tmp"), "{");
    Files.writeString(temp.resolve("999999999999-3.json.tmp"), "{"); // died while it wrote
    assertThat(RunDirectory.at(temp).list()).isEmpty();
    assertThat(temp).isDirectoryContaining(f -> f.equals(writing));
    try (var files = Files.list(temp)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void whereItIs() {
    assertThat(RunDirectory.usual(Map.of("SENNIT_RUN_DIR", "/x/y", "XDG_RUNTIME_DIR", "/z")))
        .get()
        .hasToString("/x/y");
    assertThat(RunDirectory.usual(Map.of("SENNIT_RUN_DIR", "off"))).isEmpty();
    assertThat(RunDirectory.usual(Map.of("XDG_RUNTIME_DIR", "/z"))).get().hasToString("/z/sennit");
    assertThat(RunDirectory.usual(Map.of()).orElseThrow().folder().getFileName().toString())
        .isEqualTo("sennit-" + System.getProperty("user.name"));
  }

  @Test
  void aFolderThatOthersCanWriteToIsNotTrusted() throws Exception {
    var tmp = System.getProperty("java.io.tmpdir");
    System.setProperty("java.io.tmpdir", temp.toString());
    try {
      var directory = RunDirectory.usual(Map.of()).orElseThrow();
      directory.enter(process(HERE.pid(), start(HERE), "http://127.0.0.1:1"));
      assertThat(directory.list()).hasSize(1);
      Files.setPosixFilePermissions(
          directory.folder(), PosixFilePermissions.fromString("rwxrwxrwx"));
      assertThatThrownBy(directory::list)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("SENNIT_RUN_DIR")
          .hasMessageContaining("only you");
    } finally {
      System.setProperty("java.io.tmpdir", tmp);
    }
  }

  @Test
  void aNodeGoesOnWhereItCannotBeRecorded() throws Exception {
    var file = Files.writeString(temp.resolve("file"), "in the way");
    try (var node = Node.builder().runDirectory(RunDirectory.at(file)).start()) {
      assertThat(node.address().port()).isPositive();
    }
    try (var node = Node.builder().notRecorded().start()) {
      assertThat(node.name()).isEqualTo(node.address().toString());
    }
  }
}
