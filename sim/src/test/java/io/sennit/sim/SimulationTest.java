package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.spi.Loop;
import io.sennit.sim.junit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Virtual time, ties, the trace, and how fast events go by. */
final class SimulationTest {
  private static final System.Logger LOG = System.getLogger(SimulationTest.class.getName());

  @Test
  void timeOnlyMovesWhenAsked() {
    try (var simulation = Simulation.of(1)) {
      assertThat(simulation.time()).isZero();
      assertThat(simulation.step()).isFalse();
      simulation.run(Duration.ofHours(10));
      assertThat(simulation.time()).isEqualTo(Duration.ofHours(10));
      assertThat(simulation.runUntil(() -> false, Duration.ofSeconds(1))).isFalse();
      assertThat(simulation.time()).isEqualTo(Duration.ofHours(10).plusSeconds(1));
    }
  }

  private static List<Integer> sameMoment(long seed) {
    try (var simulation = Simulation.of(seed)) {
      var order = new ArrayList<Integer>();
      for (int i = 0; i < 8; i++) {
        int n = i;
        simulation.after(Event.of(null, () -> order.add(n)), 1_000);
      }
      simulation.run(Duration.ofMillis(1));
      return order;
    }
  }

  @Test
  void theSeedBreaksTies() {
    var orders = new HashSet<List<Integer>>();
    for (long seed = 1; seed <= 10; seed++) {
      assertThat(sameMoment(seed)).isEqualTo(sameMoment(seed)).hasSize(8);
      orders.add(sameMoment(seed));
    }
    assertThat(orders).hasSizeGreaterThan(8);
  }

  @Test
  void eventsAreTakenInOrderAndCanBeMovedAndCancelled() {
    try (var simulation = Simulation.of(2)) {
      var random = simulation.randomness("test");
      var fired = new ArrayList<Long>();
      var expected = new ArrayList<Long>();
      for (int i = 0; i < 2_000; i++) {
        var event = Event.of(null, () -> fired.add(simulation.now()));
        simulation.after(event, random.nextInt(1_000_000));
        if (i % 3 == 0) {
          simulation.after(event, random.nextInt(1_000_000));
        }
        if (i % 5 == 0) {
          simulation.cancel(event);
          simulation.cancel(event);
        } else {
          expected.add(event.at);
        }
      }
      simulation.run(Duration.ofMillis(1));
      assertThat(fired).isSorted().containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void otherThreadsMayOnlyExecute() throws InterruptedException {
    try (var simulation = Simulation.of(3)) {
      var loop = simulation.node("a").loop();
      var ran = new AtomicInteger();
      var other = Thread.ofPlatform().start(() -> loop.execute(ran::incrementAndGet));
      other.join();
      simulation.run(Duration.ofMillis(1));
      assertThat(ran).hasValue(1);
      assertThatThrownBy(() -> loop.timer(() -> {}).arm(1))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void twoWaysAreFoundOut() {
    var runs = new AtomicInteger();
    assertThatThrownBy(
            () ->
                Seeds.twice(
                    5,
                    simulation -> {
                      var loop = simulation.node("a").loop();
                      for (int i = runs.incrementAndGet(); i > 0; i--) {
                        loop.execute(() -> {});
                      }
                      simulation.run(Duration.ofSeconds(1));
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 5 ran in two ways");
  }

  @Test
  void eventsAreCheap() {
    try (var simulation = Simulation.of(4)) {
      for (int i = 0; i < 10; i++) {
        var loop = simulation.node("n" + i).loop();
        loop.execute(() -> tick(loop));
      }
      long begin = System.nanoTime();
      simulation.run(Duration.ofSeconds(10));
      double seconds = (System.nanoTime() - begin) / 1e9;
      LOG.log(System.Logger.Level.INFO, simulation.events() + " events in " + seconds + " s");
      assertThat(simulation.events()).isGreaterThan(100_000);
    }
  }

  private static void tick(Loop loop) {
    var timer = new Loop.Timer[1];
    timer[0] = loop.timer(() -> timer[0].arm(300_000));
    timer[0].arm(0);
  }
}
