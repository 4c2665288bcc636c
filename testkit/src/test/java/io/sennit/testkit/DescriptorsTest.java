package io.sennit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class DescriptorsTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  @TempDir Path folder;

  @Test
  void aSocketThatIsLeftOpenIsFound() throws Exception {
    var before = Descriptors.now();
    try (var left = new ServerSocket(0)) {
      assertThat(left.isBound()).isTrue();
      assertThatThrownBy(() -> before.awaitNoMore(SHORT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("socket=");
    }
    before.awaitNoMore(SHORT);
  }

  @Test
  void aFileOfAStoreThatIsLeftOpenIsFound() throws Exception {
    var before = Descriptors.now();
    var file = folder.resolve("s.db");
    try (var left = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(left.isOpen()).isTrue();
      assertThatThrownBy(() -> before.awaitNoMore(SHORT)).hasMessageContaining("file of a store");
    }
    before.awaitNoMore(SHORT);
  }
}
