package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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

  @Test
  void nothingIsPrinted() throws Exception {
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--sun-misc-unsafe-memory-access=deny",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Program.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(said.strip()).isEqualTo("done");
  }
}
