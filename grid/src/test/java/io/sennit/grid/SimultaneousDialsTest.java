package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Simulation;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Both sides of a pair dial at the same moment, and both call at once: one connection remains, and
 * no call or stream is lost.
 */
@Row({"G-ties", "G-goodbye"})
class SimultaneousDialsTest {
  @Test
  @Timeout(600)
  void oneConnectionRemainsAndNoCallIsLost() {
    int seeds = Seeds.isLong() ? 2_000 : 200;
    int twice = 0;
    for (long seed = 1; seed <= seeds; seed++) {
      try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(10)).build()) {
        twice += new Meeting(simulation, Simulation::node).run() ? 1 : 0;
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(twice).as("runs in which both connections stood").isGreaterThan(seeds / 10);
  }
}
