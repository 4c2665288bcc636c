package io.sennit.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.bench.report.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two builds compared case by case. */
class BesideTest {
  private static Row row(
      String system, int inflight, @Nullable Double rate, Double cpu, Double bytes) {
    return new Row("unary", system, 512, inflight, "a/b/c", rate, null, null, cpu, bytes, 0.01, 5);
  }

  @Test
  void divides() {
    var ratios =
        Beside.ratios(
            List.of(
                row("this", 1, 90.0, 1.0, 2000.0),
                row("other", 1, 100.0, 1.0, 1000.0),
                row("this", 256, 80.0, 1.2, 1000.0),
                row("other", 256, 100.0, 1.0, 1000.0),
                row("this", 32, null, 1.0, 1.0)));
    assertThat(ratios).hasSize(2);
    assertThat(ratios.get(0).rate()).isEqualTo(0.9);
    assertThat(ratios.get(0).worse()).isEqualTo("bytes");
    assertThat(ratios.get(1).worse()).isEqualTo("rate, CPU");
  }
}
