package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.sim.Simulation;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** What is being done on the connection that is left goes on there, however long it takes. */
  @Test
  @Timeout(600)
  void aStreamOnTheConnectionThatIsLeftLivesOn() {
    int twice = 0;
    for (long seed = 1; seed <= 40; seed++) {
      try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(10)).build()) {
        var both = new AtomicBoolean();
        simulation.run(() -> both.set(hold(simulation)));
        assertThat(simulation.uncaught()).isEmpty();
        twice += both.get() ? 1 : 0;
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
    assertThat(twice).as("runs in which both connections stood").isGreaterThan(3);
  }

  /** Each side begins a stream at about the same moment and keeps it; whether both dialed. */
  private static boolean hold(Simulation simulation) {
    var key = ClusterKey.of(new byte[ClusterKey.SIZE]);
    var managers = new ArrayList<Manager>();
    for (var name : List.of("a", "b")) {
      var manager =
          Manager.builder()
              .fabric(simulation.node(name))
              .listen(Address.of(name, 0))
              .key(key)
              .callDeadline(Duration.ofSeconds(2))
              .start();
      manager.registerStreaming(
          1,
          1,
          1,
          (first, in, out, caller) -> {
            for (var item : in) {
              out.send(item);
            }
          });
      managers.add(manager);
    }
    var random = new SplittableRandom(simulation.seed());
    var streams = new ArrayList<GridStream>();
    for (int side = 0; side < 2; side++) {
      var way = managers.get(side).learn(managers.get(1 - side).hostName());
      long start = random.nextLong(100_000);
      simulation
          .node(side == 0 ? "a" : "b")
          .runner()
          .start(
              "caller",
              () -> {
                sleep(simulation, Duration.ofNanos(start));
                streams.add(
                    way.open(
                        1,
                        new byte[1],
                        new Capacities(1, 1),
                        Optional.of(within(Duration.ofMinutes(1)))));
              });
    }
    boolean twice = false;
    for (int i = 0; i < 400; i++) {
      twice |= open(managers) > 2;
      sleep(simulation, Duration.ofNanos(100_000));
    }
    assertThat(streams).hasSize(2);
    sleep(simulation, Duration.ofSeconds(4)); // longer than a call may take
    for (var stream : streams) {
      stream.send(new byte[] {7});
      assertThat(stream.receive()).hasValueSatisfying(item -> assertThat(item).containsExactly(7));
    }
    managers.forEach(Manager::close);
    return twice;
  }

  private static long open(List<Manager> managers) {
    return managers.stream()
        .flatMap(manager -> manager.engine().remotes().stream())
        .mapToLong(remote -> remote.openChannels().size())
        .sum();
  }

  private static void sleep(Simulation simulation, Duration time) {
    try {
      simulation.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
