package io.sennit.bench.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.bench.harness.Load;
import io.sennit.bench.peers.Sample;
import io.sennit.bench.report.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridPlanTest {
  @Test
  void quickLeavesRoomInItsTime() {
    GridPlan plan = GridPlan.quick(3);
    double warming = Systems.ALL.stream().mapToDouble(Systems.Entry::warmSeconds).sum();
    // as if every system could run every case; the rest is for starting and retries
    double sampling =
        3.0
            * plan.cases().stream().mapToDouble(load -> load.millis() + plan.leadMillis()).sum()
            * Systems.ALL.size()
            / 1000;
    assertThat(warming + sampling).isLessThan(plan.budgetSeconds() - 15);
    assertThat(plan.budgetSeconds()).isLessThan(150);
  }

  @Test
  void noCaseIsPlannedTwice() {
    assertThat(GridPlan.full(3).cases()).doesNotHaveDuplicates();
    assertThat(GridPlan.full(3).only(List.of("bidi")).cases()).hasSize(2);
  }

  @Test
  void theMainPathIsWarmedFirst() {
    assertThat(WarmUp.paths(GridPlan.full(3).cases()).getFirst())
        .isEqualTo(new Load("unary", 512, 256, "callback", "inline", "plain", 800));
  }

  @Test
  void noisySamplesCountOnlyWhereThereIsNoOther() {
    Load load = GridPlan.quick(3).cases().getFirst();
    Samples samples = new Samples();
    samples.add(load, "a", sample(10, 0.1));
    samples.add(load, "a", sample(20, 0.5));
    samples.add(load, "a", sample(30, 0.1));
    samples.add(load, "b", sample(40, 0.5));
    List<Row> rows = samples.rows(List.of(load), List.of("a", "b", "absent"));
    assertThat(rows).extracting(Row::opsPerS).containsExactly(20.0, 40.0);
    assertThat(rows).extracting(Row::rounds).containsExactly(2, 1);
    assertThat(rows).extracting(Row::noisy).containsExactly(false, true);
    assertThat(rows.getFirst().p50Us()).isNull();
  }

  private static Sample sample(double rate, double foreign) {
    return new Sample(rate, null, null, null, null, foreign);
  }
}
