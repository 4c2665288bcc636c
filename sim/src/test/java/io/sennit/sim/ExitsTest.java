package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sennit.core.spi.Fabric;
import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How processes end, come back or do not, and who is told. */
final class ExitsTest {
  private final Simulation simulation = Simulation.of(9);
  private final Faults faults = simulation.faults();
  private final List<NodeExit> exits = new ArrayList<>();

  ExitsTest() {
    simulation.onExit(exits::add);
  }

  @AfterEach
  void close() {
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  @Test
  void eachEndIsToldOnceWithItsLifeAndTime() {
    for (var node : List.of("a", "b", "c")) {
      simulation.node(node);
    }
    simulation.run(Duration.ofSeconds(1));
    faults.kill("a");
    faults.kill("a"); // dead already
    simulation.run(Duration.ofSeconds(1));
    faults.restart("a");
    faults.restart("a"); // kills what lives
    faults.powerCut("b");
    simulation.node("c").close();
    simulation.node("c").close();
    var second = Duration.ofSeconds(1);
    assertThat(exits)
        .containsExactly(
            new NodeExit("a", 1, second, NodeExit.How.KILLED),
            new NodeExit("a", 2, second.multipliedBy(2), NodeExit.How.KILLED),
            new NodeExit("b", 1, second.multipliedBy(2), NodeExit.How.POWER_CUT),
            new NodeExit("c", 1, second.multipliedBy(2), NodeExit.How.CLOSED));
    assertThat(simulation.injected().count(Kind.KILL)).isEqualTo(2);
  }

  @Test
  void whoIsGoneForEverStaysAway() {
    simulation.boot("a", _ -> {});
    faults.killForEver("a");
    assertThatIllegalStateException().isThrownBy(() -> faults.restart("a"));
    faults.healAll();
    simulation.run(Duration.ofHours(1));
    assertThat(exits).hasSize(1);
    assertThat(simulation.injected().count(Kind.GONE)).isEqualTo(1);
    assertThat(simulation.injected().count(Kind.RESTART)).isZero();
  }

  /** Restarts used to follow within 5 s, so no storm ever outlived a lease of 10 s. */
  @Test
  void stormsKeepProcessesAwayForMinutesAndSomeForEver() {
    var away = new TreeMap<String, Duration>();
    var longest = new Duration[] {Duration.ZERO};
    simulation.onExit(exit -> away.put(exit.node(), exit.at()));
    for (int i = 0; i < 6; i++) {
      String node = "n" + i;
      simulation.boot(
          node,
          _ -> {
            var since = away.remove(node);
            if (since != null) {
              var was = simulation.time().minus(since);
              longest[0] = was.compareTo(longest[0]) > 0 ? was : longest[0];
            }
          });
    }
    simulation.run(Duration.ofSeconds(1));
    simulation.storm(
        new Weather.Builder()
            .latency(100, 100)
            .processes(0, 3, 1)
            .gone(1, 2)
            .lasting(Kind.KILL, Duration.ofMinutes(3))
            .lasting(Kind.POWER_CUT, Duration.ofMinutes(3))
            .build(),
        Duration.ofMinutes(30));
    simulation.run(Duration.ofSeconds(1));
    assertThat(longest[0]).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(4));
    assertThat(simulation.injected().count(Kind.GONE)).isEqualTo(2);
    assertThat(away).as("away for ever").hasSize(2);
    assertThat(exits).hasSizeGreaterThan(20);
  }

  @Test
  void whoMovesIsFoundByNameAndAnswersNoMoreAtTheOldAddress() {
    var a = new Post(simulation, "a");
    var b = new Post(simulation, "b");
    var old = b.place();
    faults.restartElsewhere("b");
    var moved = new Post(simulation, "b");
    assertThat(moved.place()).isNotEqualTo(old);
    a.send(old, 10, 10, Duration.ofMillis(100));
    a.send(moved.place(), 10, 10, Duration.ofMillis(100));
    simulation.run(Duration.ofSeconds(1));
    assertThat(b.arrivals).isEmpty();
    assertThat(moved.arrivals).hasSize(10);
    assertThat(simulation.injected().count(Kind.MOVE)).isEqualTo(1);
  }

  /** Threads of killed lives used to stay parked to the simulation's end. */
  @Test
  void threadsOfDeadLivesAreUnwoundAndUsedAgain() {
    var unwound = new ArrayList<String>();
    for (int life = 0; life < 20; life++) {
      Fabric fabric = simulation.node("a");
      for (int i = 0; i < 5; i++) {
        fabric
            .runner()
            .start(
                "waits",
                () -> {
                  try {
                    while (true) {
                      fabric.runner().park();
                    }
                  } finally {
                    unwound.add("unwound");
                    fabric.loop().execute(() -> unwound.add("reached something"));
                  }
                });
      }
      simulation.run(Duration.ofMillis(10));
      assertThat(simulation.threads().busy()).isEqualTo(5);
      faults.kill("a");
      simulation.run(Duration.ofMillis(10));
      assertThat(simulation.threads().busy()).isZero();
      faults.restart("a");
    }
    assertThat(unwound).hasSize(100).containsOnly("unwound");
    assertThat(simulation.threads().count()).isEqualTo(5);
  }

  @Test
  void aSlowNodeTakesItsTimeAndIsQuickAgain() {
    var loop = simulation.node("a").loop();
    var turns = new int[1];
    var task = new Runnable[1];
    task[0] =
        () -> {
          turns[0]++;
          loop.execute(task[0]);
        };
    loop.execute(task[0]);
    simulation.run(Duration.ofSeconds(1));
    int healthy = turns[0];
    try (var _ = faults.slow("a", 1_000)) {
      turns[0] = 0;
      simulation.run(Duration.ofSeconds(10));
      assertThat(turns[0] / 10).isBetween(healthy / 2_000, healthy / 500);
    }
    simulation.run(Duration.ofSeconds(1));
    turns[0] = 0;
    simulation.run(Duration.ofSeconds(1));
    assertThat(turns[0]).isBetween(healthy * 8 / 10, healthy * 12 / 10);
  }

  @Test
  void twoPausesEndWithTheLaterOne() {
    var loop = simulation.node("a").loop();
    var ran = new boolean[1];
    var one = faults.pause("a");
    var two = faults.pause("a");
    loop.execute(() -> ran[0] = true);
    one.heal();
    simulation.run(Duration.ofSeconds(1));
    assertThat(ran[0]).isFalse();
    two.heal();
    simulation.run(Duration.ofSeconds(1));
    assertThat(ran[0]).isTrue();
  }
}
