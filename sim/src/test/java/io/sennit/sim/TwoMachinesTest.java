package io.sennit.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same seed is the same run in another JVM, with other hash codes and other timings. */
final class TwoMachinesTest {
  private static final int SEEDS = 3;

  /** The other JVM's part: prints the hashes. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) {
      System.out.println("hashes " + hashes());
    }
  }

  private static List<String> hashes() {
    var hashes = new ArrayList<String>();
    for (long seed = 101; seed < 101 + SEEDS; seed++) {
      hashes.add(Long.toHexString(StormTest.hash(seed)));
    }
    return hashes;
  }

  @Test
  void printTheSameHashes() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var other =
        new ProcessBuilder(
                java,
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=2", // all identity hash codes are the same there
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Other.class.getName())
            .redirectErrorStream(true)
            .start();
    var expected = "hashes " + hashes();
    var printed = new String(other.getInputStream().readAllBytes(), UTF_8);
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).contains(expected);
  }
}
