package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A lease is measured by the node's own clock, and a service that does not answer is told. */
final class LeaseTest {
  private static final class Watched implements Leadership {
    final List<String> told = new ArrayList<>();
    boolean leads;
    Fabric.@Nullable Campaign campaign;
    @Nullable Loop loop;

    @Override
    public void leading(long epoch) {
      leads = true;
      told.add("leading");
    }

    @Override
    public void lost() {
      leads = false;
      told.add("lost");
    }

    @Override
    public void unreachable(SennitException why) {
      told.add("unreachable");
    }

    long sureNanos(Simulation simulation) {
      var seen = new ArrayList<Long>();
      Objects.requireNonNull(loop)
          .execute(() -> seen.add(Objects.requireNonNull(campaign).sureNanos()));
      assertThat(simulation.runUntil(() -> !seen.isEmpty(), Duration.ofSeconds(1))).isTrue();
      return seen.getFirst();
    }
  }

  private static Watched leader(Simulation simulation, String node) {
    var watched = new Watched();
    var fabric = simulation.node(node);
    watched.loop = fabric.loop();
    watched.campaign = fabric.campaign(watched.loop, "boss", node, watched);
    assertThat(simulation.runUntil(() -> watched.leads, Duration.ofSeconds(10))).isTrue();
    return watched;
  }

  /** How long a leader that is cut off goes on believing that it leads. */
  private static double secondsAfterACut(double driftPpm) {
    try (var simulation = Simulation.of(3)) {
      var leader = leader(simulation, "a");
      simulation.faults().driftClock("a", driftPpm);
      simulation.run(Duration.ofSeconds(2));
      assertThat(leader.sureNanos(simulation)).isBetween(1L, 3_000_000_000L);
      simulation.faults().isolate("a");
      var cut = simulation.time();
      assertThat(simulation.runUntil(() -> !leader.leads, Duration.ofSeconds(20))).isTrue();
      assertThat(leader.told).containsExactly("leading", "unreachable", "lost");
      assertThat(leader.sureNanos(simulation)).isZero();
      return simulation.time().minus(cut).toMillis() / 1e3;
    }
  }

  /** Leases ran on the world's clock, so a clock that drifts never touched them. (foundation T8) */
  @Test
  void aSlowClockMakesALeaseLast() {
    double exact = secondsAfterACut(0);
    assertThat(exact).isBetween(2.0, 2.9);
    assertThat(secondsAfterACut(-500_000)).isBetween(1.6 * exact, 2.4 * exact);
    assertThat(secondsAfterACut(1_000_000)).isBetween(0.4 * exact, 0.6 * exact);
  }

  @Test
  void aServiceThatDoesNotAnswerIsToldOnceUntilItAnswers() {
    try (var simulation = Simulation.of(4)) {
      var leader = leader(simulation, "a");
      var cut = simulation.faults().isolate("a");
      simulation.run(Duration.ofSeconds(20));
      assertThat(leader.told).containsExactly("leading", "unreachable", "lost");
      cut.heal();
      assertThat(simulation.runUntil(() -> leader.leads, Duration.ofSeconds(10))).isTrue();
      cut = simulation.faults().isolate("a");
      simulation.run(Duration.ofSeconds(20));
      assertThat(leader.told)
          .containsExactly("leading", "unreachable", "lost", "leading", "unreachable", "lost");
      cut.heal();
    }
  }
}
