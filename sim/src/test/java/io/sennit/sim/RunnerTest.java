package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** User code: one thread at a time, in an order of the seed's. */
final class RunnerTest {
  private static List<Integer> order(long seed) {
    try (var simulation = Simulation.of(seed)) {
      var runner = simulation.node("a").runner();
      var order = new ArrayList<Integer>();
      var inside = new AtomicInteger();
      for (int i = 0; i < 20; i++) {
        int n = i;
        runner.start(
            "t" + n,
            () -> {
              for (int k = 0; k < 3; k++) {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                order.add(n);
                inside.decrementAndGet();
                try {
                  simulation.sleep(Duration.ofMillis(1));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
      }
      simulation.run(Duration.ofSeconds(1));
      assertThat(order).hasSize(60);
      assertThat(simulation.uncaught()).isEmpty();
      return order;
    }
  }

  @Test
  void threadsRunOneAtATimeInTheSeedsOrder() {
    assertThat(order(1)).isEqualTo(order(1));
    var orders = new HashSet<List<Integer>>();
    for (long seed = 1; seed <= 5; seed++) {
      orders.add(order(seed));
    }
    assertThat(orders).hasSize(5);
  }

  @Test
  void anUnparkBeforeTheParkIsRemembered() {
    try (var simulation = Simulation.of(3)) {
      var runner = simulation.node("a").runner();
      var done = new AtomicBoolean();
      runner.start(
          "self",
          () -> {
            runner.unpark(Thread.currentThread());
            runner.park();
            done.set(true);
          });
      simulation.run(Duration.ofMillis(1));
      assertThat(done).isTrue();
    }
  }

  @Test
  void aLoopWakesAThreadThatWaits() {
    try (var simulation = Simulation.of(4)) {
      var node = simulation.node("a");
      long waited =
          simulation.call(
              () -> {
                var me = Thread.currentThread();
                var rung = new AtomicBoolean();
                var loop = node.loop();
                var begin = simulation.time();
                loop.execute(
                    () ->
                        loop.timer(
                                () -> {
                                  assertThat(node.runner().mayBlock()).isFalse();
                                  rung.set(true);
                                  node.runner().unpark(me);
                                })
                            .arm(5_000_000));
                assertThat(node.runner().mayBlock()).isTrue();
                while (!rung.get()) {
                  node.runner().park();
                }
                return simulation.time().minus(begin).toMillis();
              });
      assertThat(waited).isEqualTo(5);
    }
  }

  @Test
  void cancellingInterruptsAThreadThatWaits() {
    try (var simulation = Simulation.of(5)) {
      var runner = simulation.node("a").runner();
      var seen = new ArrayList<String>();
      var future =
          runner.start(
              "waits",
              () -> {
                runner.park();
                seen.add("interrupted " + Thread.currentThread().isInterrupted());
                runner.park(); // returns at once while interrupted
                seen.add("cleared " + Thread.interrupted());
                seen.add("then " + Thread.currentThread().isInterrupted());
              });
      simulation.run(Duration.ofMillis(1));
      future.cancel(true);
      assertThat(seen).isEmpty();
      simulation.run(Duration.ofMillis(1));
      assertThat(seen).containsExactly("interrupted true", "cleared true", "then false");
      // the thread is used again, and clean
      runner.start("next", () -> seen.add("next " + Thread.currentThread().isInterrupted()));
      simulation.run(Duration.ofMillis(1));
      assertThat(seen.getLast()).isEqualTo("next false");
    }
  }

  @Test
  void theTestsOwnThreadMayWait() {
    try (var simulation = Simulation.of(6)) {
      var node = simulation.node("a");
      var future = new CompletableFuture<String>();
      node.loop().execute(() -> future.complete("there"));
      assertThat(simulation.join(future)).isEqualTo("there");
      var started = node.runner().start("sleeps", () -> {});
      assertThat(started.isDone()).isFalse();
      assertThat(simulation.start("x", () -> 5).result()).isEqualTo(5);
    }
  }

  @Test
  void whatCodeThrowsReachesWhoCalled() {
    try (var simulation = Simulation.of(7)) {
      assertThatThrownBy(
              () ->
                  simulation.call(
                      () -> {
                        throw new IllegalArgumentException("mine");
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("mine");
      simulation
          .node("a")
          .runner()
          .start(
              "bad",
              () -> {
                throw new IllegalStateException("meant to be logged by this test");
              });
      simulation.run(Duration.ofMillis(1));
      assertThat(simulation.uncaught()).hasSize(1);
    }
  }

  @Test
  void aDeadlockIsSaidSoWithItsPlaces() {
    try (var simulation = Simulation.of(8)) {
      var runner = simulation.node("a").runner();
      assertThatThrownBy(
              () ->
                  simulation.run(
                      () -> {
                        while (true) {
                          runner.park();
                        }
                      }))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("nothing more can happen")
          .hasMessageContaining("seed 8")
          .hasMessageContaining("test");
    }
  }

  @Test
  void aGetHasALimitInVirtualTime() {
    try (var simulation = Simulation.of(9)) {
      var runner = simulation.node("a").runner();
      assertThat(
              simulation.<Boolean>call(
                  () -> {
                    var never = runner.start("never", runner::park);
                    assertThatThrownBy(() -> never.get(2, TimeUnit.SECONDS))
                        .isInstanceOf(TimeoutException.class);
                    var bad =
                        simulation.start(
                            "bad",
                            () -> {
                              throw new java.io.IOException("x");
                            });
                    assertThatThrownBy(bad::result).hasCauseInstanceOf(java.io.IOException.class);
                    var failing =
                        runner.start(
                            "failing",
                            () -> {
                              throw new IllegalStateException("meant to be logged by this test");
                            });
                    assertThatThrownBy(failing::get).isInstanceOf(ExecutionException.class);
                    return true;
                  }))
          .isTrue();
      assertThat(simulation.time()).isGreaterThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void threadsThatStillWaitEndWithTheirSimulation() {
    var unwound = new AtomicInteger();
    try (var simulation = Simulation.of(10)) {
      var runner = simulation.node("a").runner();
      for (int i = 0; i < 10; i++) {
        runner.start(
            "waits",
            () -> {
              try {
                runner.park();
              } finally {
                unwound.incrementAndGet();
              }
            });
      }
      simulation.run(Duration.ofMillis(1));
    }
    assertThat(unwound).hasValue(10);
  }

  @Test
  void aThreadThatWaitsAgainAndAgainIsHandedTheWorldEachTime() {
    try (var simulation = Simulation.of(11)) {
      var begun = simulation.time();
      int woken =
          simulation.<Integer>call(
              () -> {
                int times = 0;
                for (int i = 0; i < 20_000; i++) {
                  var before = simulation.time();
                  simulation.sleep(Duration.ofMillis(1));
                  if (simulation.time().minus(before).compareTo(Duration.ofMillis(1)) >= 0) {
                    times++;
                  }
                }
                return times;
              });
      assertThat(woken).isEqualTo(20_000);
      assertThat(simulation.time().minus(begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    }
  }
}
