package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.junit.SeededTest;
import io.sennit.sim.junit.Seeds;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A whole cluster in bad weather: the same seed is the same run, and what must hold holds. */
final class StormTest {
  private static final Injected ALL = new Injected();

  @SeededTest(fixed = 30, fresh = 10)
  void everySeedIsOneRun(long seed) {
    ALL.plus(Seeds.twice(seed, simulation -> weather(simulation, seed)));
  }

  private static void weather(Simulation simulation, long seed) {
    var chatter = new Chatter(simulation, 3 + (int) (seed % 4));
    simulation.run(Duration.ofMillis(500));
    simulation.storm(Weather.stormy(seed), Duration.ofSeconds(20));
    long before = chatter.messages;
    simulation.run(Duration.ofSeconds(8));
    assertThat(chatter.wrongs).isEmpty();
    assertThat(simulation.uncaught()).isEmpty();
    assertThat(chatter.messages).as("messages after the storm").isGreaterThan(before + 100);
    assertThat(chatter.epochs).isNotEmpty();
    assertThat(simulation.traffic().underWay()).isBetween(0L, 1L << 20);
  }

  @AfterAll
  static void everythingWasInflicted() {
    if (System.getProperty("sennit.seeds", "").isBlank()) {
      ALL.require(Weather.stormy(1));
      ALL.require(
          Injected.Kind.LOST_SYNC,
          Injected.Kind.TORN_TAIL,
          Injected.Kind.FULL_DISK,
          Injected.Kind.LOST_LEASE,
          Injected.Kind.RESTART);
    }
  }

  @Test
  void otherSeedsAreOtherRuns() {
    var hashes = new HashSet<Long>();
    for (long seed = 1; seed <= 8; seed++) {
      hashes.add(hash(seed));
    }
    assertThat(hashes).hasSize(8);
  }

  static long hash(long seed) {
    try (var simulation = Simulation.of(seed)) {
      weather(simulation, seed);
      return simulation.traceHash();
    }
  }
}
