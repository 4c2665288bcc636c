package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How much virtual time goes by in a real second, for information: quiet nodes each ask one other
 * node something each second; busy ones three others each 200 ms.
 */
final class ScaleTest {
  private static final System.Logger LOG = System.getLogger(ScaleTest.class.getName());
  private static final int SIZE = 300;

  @ParameterizedTest
  @ValueSource(ints = {50, 300, 1_000})
  void simulatedSecondsPerSecond(int nodes) {
    run(nodes, 1, Duration.ofSeconds(1), Duration.ofSeconds(Math.max(2, 6_000 / nodes)));
    run(nodes, 3, Duration.ofMillis(200), Duration.ofSeconds(Math.max(1, 600 / nodes)));
  }

  private static void run(int nodes, int peers, Duration each, Duration time) {
    try (var simulation = Simulation.of(3)) {
      List<Gossiper> all = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        all.add(new Gossiper(simulation.node("n" + i), i, all, peers, each, SIZE));
      }
      simulation.run(Duration.ofMillis(500));
      long before = answered(all);
      long packets = simulation.traffic().packetsDelivered();
      long begin = System.nanoTime();
      simulation.run(time);
      double real = (System.nanoTime() - begin) / 1e9;
      long answered = answered(all) - before;
      LOG.log(
          Level.INFO,
          "%d nodes, %d packets each %d ms: %.0f simulated seconds a second, %.1f us a packet"
              .formatted(
                  nodes,
                  2 * peers,
                  each.toMillis(),
                  time.toNanos() / 1e9 / real,
                  real * 1e6 / (simulation.traffic().packetsDelivered() - packets)));
      double expected = (double) nodes * peers * time.toNanos() / each.toNanos();
      assertThat((double) answered).isBetween(0.8 * expected, 1.3 * expected);
      assertThat(simulation.uncaught()).isEmpty();
    }
  }

  private static long answered(List<Gossiper> all) {
    return all.stream().mapToLong(g -> g.answered).sum();
  }
}
