package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An orchestrator and nodes in calm weather. */
class FleetTest {
  private static Fleet fleet(Simulation simulation, int total, int nodes) {
    var fleet = new Fleet(simulation, total, CountingCode::new);
    fleet.begin(nodes);
    return fleet;
  }

  @Row({"S-place", "S-native-identify"})
  @Test
  void shardsArePlacedEvenly() {
    try (var simulation = Simulation.of(1)) {
      var fleet = fleet(simulation, 12, 3);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      assertThat(fleet.engine().status().nodes()).allMatch(n -> n.shards() == 4);
      fleet.judge.check("at the end");
    }
  }

  @Row({"S-move", "S-direct-stream", "S-verified"})
  @Test
  void movesCarryTheState() {
    try (var simulation = Simulation.of(2)) {
      var fleet = fleet(simulation, 8, 3);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      fleet.pass(Duration.ofSeconds(10), true);
      fleet.until("all to run again", Duration.ofSeconds(10), fleet::allRun);
      assertThat(fleet.results).allMatch(MoveResult.Moved.class::isInstance);
      assertThat(fleet.moved()).isGreaterThan(50);
      assertThat(fleet.judge.arrivals()).isGreaterThan(50);
      assertThat(fleet.judge.pieces()).isGreaterThan(1000);
      fleet.judge.check("at the end");
      assertThat(simulation.uncaught()).isEmpty();
    }
  }

  @Row("S-orchestrator-restart")
  @Test
  void nodesRunOnWhileTheOrchestratorIsStartedAgain() {
    try (var simulation = Simulation.of(3)) {
      var fleet = fleet(simulation, 8, 3);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      var before = fleet.engine().status().shards();
      simulation.faults().kill("o");
      fleet.orchestrator = null;
      fleet.pass(Duration.ofMillis(500), false);
      simulation.faults().restart("o");
      fleet.until("all to run again", Duration.ofSeconds(10), fleet::allRun);
      assertThat(fleet.engine().status().shards()).isEqualTo(before);
      assertThat(fleet.engine().status().term()).isEqualTo(2);
    }
  }
}
