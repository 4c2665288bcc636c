package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Within;
import io.sennit.sim.Simulation;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Both sides of a pair dial at the same moment, and both call at once: one connection remains, and
 * no call or stream is lost. In virtual time, over links of every delay.
 */
@Row({"G-ties", "G-goodbye"})
class SimultaneousDialsTest {
  private static final Within SOON = within(Duration.ofSeconds(20));
  private static final int ECHO = 1;
  private static final int SLOW = 2;
  private static final int ITEMS = 3;

  /** What the runs have come to, so that it is seen that both connections did stand. */
  private int twice;

  @Test
  @Timeout(300)
  void oneConnectionRemainsAndNoCallIsLost() {
    int seeds = Seeds.isLong() ? 2_000 : 200;
    for (long seed = 1; seed <= seeds; seed++) {
      run(seed);
    }
    assertThat(twice).as("runs in which both connections stood").isGreaterThan(seeds / 10);
  }

  private void run(long seed) {
    try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(10)).build()) {
      var random = new SplittableRandom(seed);
      simulation.run(() -> meet(simulation, random, seed));
      simulation.run(Duration.ofSeconds(10));
      assertThat(simulation.uncaught()).isEmpty();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private void meet(Simulation simulation, SplittableRandom random, long seed) {
    var key = ClusterKey.random();
    var managers = new ArrayList<Manager>();
    for (var name : List.of("a", "b")) {
      var manager =
          Manager.builder()
              .fabric(simulation.node(name))
              .listen(Address.of(name, 0))
              .key(key)
              .start();
      manager.registerSingle(ECHO, (request, caller) -> request);
      manager.registerSingle(
          SLOW,
          (request, caller) -> {
            simulation.sleep(Duration.ofMillis(30));
            return request;
          });
      manager.registerStreaming(
          ITEMS,
          1,
          1,
          (first, in, out, caller) -> {
            for (var item : in) {
              out.send(item);
            }
          });
      managers.add(manager);
    }
    var wrong = new CopyOnWriteArrayList<Throwable>();
    int[] working = {0};
    for (int side = 0; side < 2; side++) {
      var way = managers.get(side).learn(managers.get(1 - side).hostName());
      for (int w = 0; w < 3; w++) {
        int kind = w;
        long start = random.nextLong(300);
        working[0]++;
        simulation
            .node(side == 0 ? "a" : "b")
            .runner()
            .start(
                "caller",
                () -> {
                  try {
                    simulation.sleep(Duration.ofNanos(start * 1_000));
                    work(way, kind);
                  } catch (Throwable e) {
                    wrong.add(e);
                  } finally {
                    working[0]--;
                  }
                });
      }
    }
    boolean both = false;
    for (int i = 0; i < 100_000 && !(working[0] == 0 && remaining(managers) == 2); i++) {
      both |= managers.stream().anyMatch(m -> channels(m) > 1);
      pause(simulation);
    }
    twice += both ? 1 : 0;
    assertThat(wrong).isEmpty();
    assertThat(working[0]).isZero();
    assertThat(remaining(managers)).isEqualTo(2); // an end of the one connection on each side
    for (var manager : managers) {
      assertThat(manager.refusals()).isZero();
      assertThat(manager.protocolErrors()).isZero();
      assertThat(manager.connections()).hasSize(1);
    }
    assertThat(seed).isPositive();
    managers.forEach(Manager::close);
  }

  private static long channels(Manager manager) {
    return manager.engine().remotes().stream().mapToLong(r -> r.openChannels().size()).sum();
  }

  private static long remaining(List<Manager> managers) {
    return managers.stream().mapToLong(SimultaneousDialsTest::channels).sum();
  }

  private static void pause(Simulation simulation) {
    try {
      simulation.sleep(Duration.ofNanos(100_000));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void work(Connection way, int kind) {
    for (int i = 0; i < 20; i++) {
      var ask = ByteBuffer.allocate(kind == 1 ? 100_000 : 8).putLong(i).array();
      switch (kind) {
        case 0 -> assertThat(way.call(ECHO, ask, SOON)).isEqualTo(ask);
        case 1 -> assertThat(way.call(SLOW, ask, SOON)).isEqualTo(ask);
        default -> {
          try (var stream = way.open(ITEMS, ask, new Capacities(1, 1), Optional.of(SOON))) {
            for (int n = 0; n < 5; n++) {
              stream.send(ask);
              assertThat(stream.receive()).hasValueSatisfying(b -> assertThat(b).isEqualTo(ask));
            }
            stream.endInput();
            assertThat(stream.receive()).isEmpty();
          }
        }
      }
    }
  }
}
