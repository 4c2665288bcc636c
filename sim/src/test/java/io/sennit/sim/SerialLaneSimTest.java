package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Within;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.loop.SerialLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The serial lane in virtual time: one seed, one order; no two callbacks at once. */
final class SerialLaneSimTest {
  private static final int PUTTERS = 4;
  private static final int EACH = 30;

  /** Putters and a loop offer to a small lane whose callbacks wait; what ran, in its order. */
  private static List<Integer> order(long seed) {
    try (var simulation = Simulation.of(seed)) {
      var node = simulation.node("a");
      var loop = node.loop();
      var lane = new SerialLane(loop, node.runner(), "lane", 3, 1000);
      var random = new SplittableRandom(seed);
      var ran = new ArrayList<Integer>();
      var answered = new ArrayList<Integer>();
      var taken = new int[1];
      var inside = new int[1];
      for (int p = 0; p < PUTTERS; p++) {
        int putter = p;
        node.runner()
            .start(
                "putter" + p,
                () -> {
                  for (int i = 0; i < EACH; i++) {
                    int number = putter * 1000 + i;
                    long micros = random.nextInt(200);
                    try {
                      var answer =
                          lane.put(
                              () -> {
                                assertThat(++inside[0]).as("callbacks at once").isEqualTo(1);
                                sleep(simulation, micros);
                                inside[0]--;
                                ran.add(number);
                              },
                              1,
                              Within.within(Duration.ofSeconds(30)));
                      assertThat(answer).isEqualTo(Offer.TAKEN);
                      taken[0]++;
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  }
                });
      }
      loop.execute(
          () -> {
            if (lane.offer(() -> ran.add(9000), 1, () -> answered.add(9000)) == Offer.TAKEN) {
              taken[0]++;
            }
          });
      simulation.run(Duration.ofSeconds(2));
      assertThat(lane.pending()).isZero();
      assertThat(ran).hasSize(taken[0]).doesNotHaveDuplicates();
      assertThat(taken[0]).isGreaterThanOrEqualTo(PUTTERS * EACH);
      for (int p = 0; p < PUTTERS; p++) {
        int putter = p;
        assertThat(ran.stream().filter(n -> n / 1000 == putter)).isSorted().hasSize(EACH);
      }
      var ended = new ArrayList<String>();
      lane.close(Duration.ofSeconds(1), () -> ended.add("ended"));
      simulation.run(Duration.ofMillis(10));
      assertThat(ended).containsExactly("ended");
      assertThat(simulation.uncaught()).isEmpty();
      return ran;
    }
  }

  private static void sleep(Simulation simulation, long micros) {
    try {
      simulation.sleep(Duration.ofNanos(1000 * micros + 1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void callbacksRunOneAtATimeInTheOrderOfEachWhoPut(long seed) {
    assertThat(order(seed)).isEqualTo(order(seed));
  }

  @Test
  void anotherSeedIsAnotherOrder() {
    var orders = new HashSet<List<Integer>>();
    for (long seed = 1; seed <= 5; seed++) {
      orders.add(order(seed));
    }
    assertThat(orders).hasSizeGreaterThan(1);
  }

  @Test
  void aWaitForRoomEndsAtItsLimitInVirtualTime() {
    try (var simulation = Simulation.of(1)) {
      var node = simulation.node("a");
      var lane = new SerialLane(node.loop(), node.runner(), "lane", 1, 1000);
      long waited =
          simulation.call(
              () -> {
                lane.offer(() -> sleep(simulation, 10_000_000), 1);
                var begin = simulation.time();
                var answer = lane.put(() -> {}, 1, Within.within(Duration.ofSeconds(3)));
                assertThat(answer).isEqualTo(Offer.FULL);
                assertThat(lane.awaitIdle(Within.within(Duration.ofMillis(500)))).isFalse();
                return simulation.time().minus(begin).toMillis();
              });
      assertThat(waited).isBetween(3_500L, 3_501L);
      simulation.run(Duration.ofSeconds(10)); // the callback ends
      assertThat(lane.pending()).isZero();
    }
  }
}
