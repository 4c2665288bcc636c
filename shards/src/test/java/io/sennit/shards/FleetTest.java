package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.Link;
import io.sennit.shards.engine.NodeEngine;
import io.sennit.shards.wire.own.Own;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.List;
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

  @Row("S-rebalance")
  @Test
  void aNodeThatComesLateIsGivenItsShareOnOrder() {
    try (var simulation = Simulation.of(8)) {
      var fleet = fleet(simulation, 13, 2);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      fleet.add("n3");
      fleet.until("it to come", Duration.ofSeconds(5), () -> lives(fleet) == 3);
      ordered(fleet, () -> fleet.engine().rebalance());
      fleet.until(
          "the nodes to be even",
          Duration.ofSeconds(20),
          () ->
              fleet.allRun()
                  && fleet.engine().status().nodes().stream()
                      .allMatch(n -> n.shards() == 4 || n.shards() == 5));
      assertThat(fleet.judge.arrivals()).isEqualTo(4); // no more moves than it takes
      fleet.judge.check("at the end");
    }
  }

  /** A piece that is lost on its way is noticed by count and hash, and the shard stays. */
  @Row("S-verified")
  @Test
  void aStateThatComesOtherThanItLeftIsRefused() {
    try (var simulation = Simulation.of(9)) {
      var fleet = new Fleet(simulation, 4, CountingCode::new);
      var lossy =
          new Tampered.Defect() {
            private int pieces;

            @Override
            public List<byte[]> out(Link link, byte[] event) {
              boolean lost = event[0] == Own.PIECE.id() && ++pieces % 3 == 0;
              return lost ? List.of() : List.of(event);
            }
          };
      fleet.wrap("n1", f -> new Tampered(f, lossy, s -> s));
      fleet.begin(2);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      fleet.pass(Duration.ofSeconds(1), false);
      for (int shard = 0; shard < 4; shard++) {
        int number = shard;
        if (node(fleet, "n1").permit(shard) != null) {
          ordered(fleet, () -> fleet.engine().move(number, "n2", fleet.results::add));
        }
      }
      fleet.until("all to run again", Duration.ofSeconds(10), fleet::allRun);
      assertThat(fleet.results)
          .hasSize(2)
          .allMatch(r -> r instanceof MoveResult.RolledBack b && b.why().contains("pieces of"));
      assertThat(fleet.judge.arrivals()).isZero();
      fleet.judge.check("at the end");
    }
  }

  /**
   * (shards weakness 19) The original keeps dead nodes for ever, and forgets who shall take nothing
   * when it ends.
   */
  @Row({"S-W19", "S-cordon-kept"})
  @Test
  void cordonsOutliveTheOrchestratorAndDeadLivesAreForgotten() {
    try (var simulation = Simulation.of(4)) {
      var fleet = fleet(simulation, 4, 2);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      ordered(fleet, () -> fleet.engine().cordon("n2", true));
      simulation.faults().kill("o");
      fleet.orchestrator = null;
      simulation.faults().restart("o");
      fleet.until("all to run again", Duration.ofSeconds(10), fleet::allRun);
      assertThat(fleet.engine().status().nodes())
          .filteredOn(ShardNodeStatus::cordoned)
          .extracting(ShardNodeStatus::id)
          .containsExactly("n2");
      simulation.faults().restart("n1");
      fleet.nodes.remove("n1");
      fleet.until("the new life", Duration.ofSeconds(20), () -> lives(fleet) == 3);
      fleet.until("it to be forgotten", Duration.ofMinutes(12), () -> lives(fleet) == 2);
    }
  }

  private static NodeEngine node(Fleet fleet, String name) {
    return java.util.Objects.requireNonNull(fleet.nodes.get(name), name);
  }

  private static int lives(Fleet fleet) {
    return fleet.engine().status().nodes().size();
  }

  private static void ordered(Fleet fleet, Runnable order) {
    java.util.Objects.requireNonNull(fleet.orchestratorLoop).execute(order);
    fleet.pass(Duration.ofMillis(100), false);
  }

  /**
   * (shards weakness 9) The original has no heartbeat: a peer that hangs looks alive. Both sides
   * notice, the node stops in time, and goes on when the cut is over.
   */
  @Row({"S-W9", "S-lease"})
  @Test
  void aCutIsNoticedByBothSidesAndTheNodeStopsFirst() {
    try (var simulation = Simulation.of(6)) {
      var fleet = fleet(simulation, 4, 2);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      var cut = simulation.faults().isolate("n1");
      fleet.pass(Duration.ofMillis(2_100), false); // the lease is 2 s, take-over comes after 3 s
      for (int shard = 0; shard < 4; shard++) {
        assertThat(node(fleet, "n1").permit(shard)).isNull();
      }
      assertThat(node(fleet, "n1").isConnected()).isFalse();
      assertThat(fleet.engine().status().running()).isEqualTo(4); // not taken over yet
      fleet.until("the other to have all", Duration.ofSeconds(5), () -> open(fleet, "n2") == 4);
      cut.heal();
      fleet.until("all to be settled", Duration.ofSeconds(10), fleet::allRun);
      assertThat(open(fleet, "n1")).isZero();
      fleet.judge.check("at the end");
    }
  }

  private static long open(Fleet fleet, String node) {
    return java.util.stream.IntStream.range(0, 4)
        .filter(shard -> node(fleet, node).permit(shard) != null)
        .count();
  }

  /**
   * A process that was stopped for longer than its lease finds its permits void before any timer of
   * it has run.
   */
  @Row("S-permit-at-use")
  @Test
  void aPermitIsVoidByTheClockAlone() {
    try (var simulation = Simulation.of(7)) {
      var fleet = fleet(simulation, 2, 2);
      fleet.until("all to run", Duration.ofSeconds(10), fleet::allRun);
      var node = node(fleet, "n1");
      var permit =
          java.util.Objects.requireNonNull(
              node.permit(0) == null ? node.permit(1) : node.permit(0));
      var pause = simulation.faults().pause("n1"); // no timer of it runs from here on
      fleet.pass(Duration.ofMillis(2_100), false);
      assertThat(permit.isValid()).isFalse();
      org.assertj.core.api.Assertions.assertThatThrownBy(permit::check)
          .isInstanceOf(NotHostedException.class)
          .hasMessageContaining("lease");
      fleet.until("the other to have both", Duration.ofSeconds(5), () -> both(fleet));
      pause.heal();
      fleet.until("all to be settled", Duration.ofSeconds(10), fleet::allRun);
      fleet.judge.check("at the end");
    }
  }

  private static boolean both(Fleet fleet) {
    var node = node(fleet, "n2");
    return node.permit(0) != null && node.permit(1) != null;
  }
}
