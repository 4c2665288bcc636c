package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A program on this transport prints nothing, with Unsafe denied. */
class SilenceTest {
  /** What the program does: opens a fabric, asks its loop for a number, ends. */
  public static final class Program {
    private Program() {}

    /** The program. */
    public static void main(String[] args) throws Exception {
      try (var fabric = io.sennit.core.spi.Fabric.system()) {
        var ran = new java.util.concurrent.CountDownLatch(1);
        fabric.loop().execute(ran::countDown);
        ran.await();
        System.out.println("done");
      }
    }
  }

  /**
   * Without what only the test's own libraries bring: an SLF4J that complains of its loneliness.
   */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("slf4j"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void nothingIsPrinted() throws Exception {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--sun-misc-unsafe-memory-access=deny",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    classPath(),
                    Program.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(said.strip()).isEqualTo("done");
  }
}
