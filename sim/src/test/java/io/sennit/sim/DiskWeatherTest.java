package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Disks that are slow, fail, or lie about a sync. */
final class DiskWeatherTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Appends records one after another, each when the one before it is acknowledged. */
  private static final class Writer {
    private final Simulation simulation;
    private final Loop loop;
    private @Nullable Store store;
    final List<Duration> acknowledged = new ArrayList<>();
    @Nullable Throwable failure;

    Writer(Simulation simulation, Fabric fabric) {
      this.simulation = simulation;
      this.loop = fabric.loop();
      fabric.store(loop, "s", Done.of(opened -> store = opened, why -> failure = why));
      assertThat(simulation.runUntil(() -> store != null, SECOND.multipliedBy(100))).isTrue();
    }

    private Store store() {
      var opened = store;
      if (opened == null) {
        throw new AssertionError("not open", failure);
      }
      return opened;
    }

    long next() {
      var seen = new ArrayList<Long>();
      loop.execute(() -> store().bounds("log", Done.of(b -> seen.add(b.next()), _ -> {})));
      assertThat(simulation.runUntil(() -> !seen.isEmpty(), SECOND)).isTrue();
      return seen.getFirst();
    }

    void write(long from, int count) {
      loop.execute(() -> append(from, count));
    }

    private void append(long index, int left) {
      if (left > 0) {
        store()
            .commit(
                store().batch().append("log", index, new byte[10]),
                Durability.FSYNC,
                Done.of(
                    _ -> {
                      acknowledged.add(simulation.time());
                      append(index + 1, left - 1);
                    },
                    why -> failure = why));
      }
    }

    void close() {
      loop.execute(store()::close);
    }
  }

  @Test
  void aSlowDiskTakesItsTimeAndNothingElseHappens() {
    try (var simulation = Simulation.of(1)) {
      var writer = new Writer(simulation, simulation.node("a"));
      try (var _ = simulation.faults().slowDisk("a", 100)) {
        var begin = simulation.time();
        writer.write(0, 10);
        simulation.run(SECOND.multipliedBy(10));
        assertThat(writer.acknowledged).hasSize(10);
        assertThat(writer.acknowledged.getLast().minus(begin)).isGreaterThan(SECOND.dividedBy(2));
      }
      var begin = simulation.time();
      writer.write(10, 10);
      simulation.run(SECOND);
      assertThat(writer.acknowledged).hasSize(20);
      assertThat(writer.acknowledged.getLast().minus(begin)).isLessThan(SECOND.dividedBy(10));
      assertThat(writer.failure).isNull();
      assertThat(simulation.injected().count(Kind.SLOW_DISK)).isEqualTo(1);
    }
  }

  @Test
  void aFailingDiskFailsTheStoreAndLosesNothingThatWasAcknowledged() {
    int forgotten = 0;
    for (long seed = 1; seed <= 40; seed++) {
      try (var simulation = Simulation.of(seed)) {
        var writer = new Writer(simulation, simulation.node("a"));
        writer.write(0, 5);
        simulation.run(SECOND);
        try (var _ = simulation.faults().failDisk("a")) {
          writer.write(5, 100);
          simulation.run(SECOND);
        }
        assertThat(writer.failure).hasMessageContaining("input/output error");
        assertThat(simulation.injected().count(Kind.FAILED_DISK)).isEqualTo(1);
        long known = writer.acknowledged.size();
        assertThat(known).isBetween(5L, 104L);
        writer.close();
        simulation.run(SECOND);
        var again = new Writer(simulation, simulation.node("a"));
        long there = again.next();
        assertThat(there).isBetween(known, known + 1);
        forgotten += there == known ? 1 : 0;
        again.write(there, 5);
        simulation.run(SECOND);
        assertThat(again.acknowledged).hasSize(5);
      }
    }
    assertThat(forgotten).as("the commit whose sync failed is there or is not").isBetween(5, 39);
  }

  @Test
  void aDiskThatLiesLosesWhatItAcknowledgedWithThePowerAndNotWithTheProcess() {
    int lost = 0;
    for (long seed = 1; seed <= 20; seed++) {
      for (boolean power : new boolean[] {false, true}) {
        try (var simulation = Simulation.of(seed)) {
          var writer = new Writer(simulation, simulation.node("a"));
          var _ = simulation.faults().lieAboutSync("a");
          writer.write(0, 10);
          simulation.run(SECOND.multipliedBy(5));
          assertThat(writer.acknowledged).hasSize(10);
          if (power) {
            simulation.faults().powerCut("a");
          } else {
            simulation.faults().kill("a");
          }
          long there = new Writer(simulation, simulation.faults().restart("a")).next();
          assertThat(there).isLessThanOrEqualTo(10);
          if (power) {
            lost += there < 10 ? 1 : 0;
          } else {
            assertThat(there).isEqualTo(10);
          }
          simulation.injected().require(Kind.LYING_DISK);
        }
      }
    }
    assertThat(lost).isGreaterThan(10);
  }

  @Test
  void anHonestSyncMakesUpForTheLies() {
    try (var simulation = Simulation.of(3)) {
      var writer = new Writer(simulation, simulation.node("a"));
      var lies = simulation.faults().lieAboutSync("a");
      writer.write(0, 10);
      simulation.run(SECOND);
      lies.heal();
      writer.write(10, 1);
      simulation.run(SECOND);
      simulation.faults().powerCut("a");
      assertThat(new Writer(simulation, simulation.faults().restart("a")).next()).isEqualTo(11);
    }
  }
}
