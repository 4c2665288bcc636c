package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Injected;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import io.sennit.sim.junit.SeededTest;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;

/** Shards in bad weather: never twice, never lost. */
@Row({"S-sim", "S-never-twice", "S-never-lost"})
class ShardsSimTest {
  private static long acts;
  private static long moved;
  private static long rolledBack;
  private static long arrivals;
  private static Injected all = new Injected();

  @SeededTest
  void neverTwiceNeverLost(long seed) {
    boolean large = seed <= 5;
    all = all.plus(Seeds.twice(seed, b -> b.limit(Duration.ofMinutes(10)), s -> storm(s, large)));
  }

  static Weather weather(long seed) {
    return Weather.stormy(seed)
        .with()
        .disks(2, 0.5, 0) // a disk that lies about a sync may lose what was promised
        .gone(0, 0)
        .build();
  }

  private static void storm(Simulation simulation, boolean large) {
    int nodes = large ? Seeds.isLong() ? 50 : 12 : 3 + (int) (simulation.seed() % 4);
    int total = large ? Seeds.isLong() ? 2000 : 60 : 4 + (int) (simulation.seed() % 13);
    var fleet = new Fleet(simulation, total, CountingCode::new);
    fleet.begin(nodes);
    simulation.onExit(
        exit -> {
          fleet.nodes.remove(exit.node());
          fleet.judge.gone(exit.node());
          if (exit.node().equals("o")) {
            fleet.orchestrator = null;
            fleet.orchestratorLoop = null;
          }
        });
    fleet.until("all to run", Duration.ofSeconds(20), fleet::allRun);
    var time = Duration.ofSeconds(Seeds.isLong() ? 60 : large ? 15 : 6);
    simulation.beginStorm(weather(simulation.seed()), time);
    fleet.pass(time.plusSeconds(1), true);
    fleet.until("all to run after the storm", Duration.ofSeconds(60), fleet::allRun);
    long before = fleet.moved();
    fleet.pass(Duration.ofSeconds(2), true);
    fleet.until("all to run at the end", Duration.ofSeconds(60), fleet::allRun);
    assertThat(fleet.moved()).as("moves after the storm").isGreaterThan(before);
    fleet.judge.check("at the end");
    acts += fleet.judge.acts();
    moved += fleet.moved();
    rolledBack += fleet.results.size() - fleet.moved();
    arrivals += fleet.judge.arrivals();
  }

  @AfterAll
  static void report() {
    System.out.println(
        "shards: acts "
            + acts
            + ", moved "
            + moved
            + ", rolled back "
            + rolledBack
            + ", arrivals "
            + arrivals
            + "; inflicted "
            + all);
    assertThat(acts).isPositive();
    assertThat(arrivals).isPositive();
  }
}
