package io.sennit.cli.demo.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.Exit;
import io.sennit.cli.demo.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tour's judges notice workers that err: the right row fails, the others pass, exit 1. */
@Timeout(120)
class BadWorkersTest {
  @TempDir Path dir;

  @BeforeEach
  void texts() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.writeString(
          dir.resolve("text" + i),
          "common one\ncommon two\ncommon three\ncommon " + BadWorkers.LATE_TERM + "\n");
    }
  }

  private List<String> failedRows(Class<?> main) throws Exception {
    var demo = new DemoCommand();
    demo.dir = dir;
    demo.nodes = 1;
    demo.once = true;
    demo.mains = worker -> main.getName();
    assertThat(demo.call()).isEqualTo(Exit.FAILED);
    return demo.checks.stream().filter(c -> !c.pass()).map(Check::name).toList();
  }

  @Test
  void aLineIsDropped() throws Exception {
    assertThat(failedRows(BadWorkers.Drops.class))
        .containsExactly(
            "lines 'common': none missing",
            "lines 'common': texts the same",
            "slow reader: nothing lost");
  }

  @Test
  void aLineIsDoubled() throws Exception {
    assertThat(failedRows(BadWorkers.Doubles.class))
        .containsExactly("lines 'common': none doubled");
  }

  @Test
  void anAnswerIsLate() throws Exception {
    assertThat(failedRows(BadWorkers.IsLate.class))
        .containsExactly("counts in time", "counts in time (after the kill)");
  }
}
