package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Within;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.Simulation;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * Two nodes that dial and call each other at the same moment, in virtual time without faults, so
 * that whatever is lost was lost by them.
 */
final class Meeting {
  private static final Within SOON = within(Duration.ofSeconds(20));
  private static final int ECHO = 1;
  private static final int SLOW = 2;
  private static final int ITEMS = 3;

  private final Simulation simulation;
  private final BiFunction<Simulation, String, Fabric> fabrics;
  private boolean twice;
  private int working;

  Meeting(Simulation simulation, BiFunction<Simulation, String, Fabric> fabrics) {
    this.simulation = simulation;
    this.fabrics = fabrics;
  }

  /** Whether at some moment both connections stood. */
  boolean run() {
    simulation.run(this::meet);
    simulation.run(Duration.ofSeconds(10));
    assertThat(simulation.uncaught()).isEmpty();
    return twice;
  }

  private void meet() {
    var random = new SplittableRandom(simulation.seed());
    var key = ClusterKey.of(new byte[ClusterKey.SIZE]); // the same run for the same seed
    var managers = new ArrayList<Manager>();
    for (var name : List.of("a", "b")) {
      var manager =
          Manager.builder()
              .fabric(fabrics.apply(simulation, name))
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
    for (int side = 0; side < 2; side++) {
      var way = managers.get(side).learn(managers.get(1 - side).hostName());
      for (int w = 0; w < 3; w++) {
        int kind = w;
        long start = random.nextLong(300);
        working++;
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
                    working--;
                  }
                });
      }
    }
    for (int i = 0; i < 100_000 && !(working == 0 && remaining(managers) == 2); i++) {
      twice |= managers.stream().anyMatch(m -> channels(m) > 1);
      pause(i < 400 ? Duration.ofNanos(100_000) : Duration.ofMillis(3));
    }
    assertThat(wrong).isEmpty();
    assertThat(working).isZero();
    assertThat(remaining(managers)).isEqualTo(2); // an end of the one connection on each side
    for (var manager : managers) {
      assertThat(manager.refusals()).isZero();
      assertThat(manager.protocolErrors()).isZero();
      assertThat(manager.connections()).hasSize(1);
    }
    managers.forEach(Manager::close);
  }

  private static long channels(Manager manager) {
    return manager.engine().remotes().stream().mapToLong(r -> r.openChannels().size()).sum();
  }

  private static long remaining(List<Manager> managers) {
    return managers.stream().mapToLong(Meeting::channels).sum();
  }

  private void pause(Duration time) {
    try {
      simulation.sleep(time);
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
