package io.sennit.shards.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.RejectedException;
import io.sennit.shards.MoveResult;
import io.sennit.shards.OriginalsWorld;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Original nodes, scripted from bytes, at a Sennit orchestrator. */
class OriginalNodesTest {
  private static final String HI = "a26869";
  private final Simulation simulation = Simulation.of(11);
  private final OriginalsWorld world = new OriginalsWorld(simulation, 6);

  @AfterEach
  void nothingWasThrown() {
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private OriginalNodes node(String name, List<Integer> running, String... events) {
    return new OriginalNodes(world.node(name), world.at(), name, running, List.of(events));
  }

  private void pass(double seconds) {
    world.run(Duration.ofMillis((long) (seconds * 1000)));
  }

  @Row({"S-original-node", "S-original-identify", "S-original-start", "S-original-stop"})
  @Test
  void identifyStartAndStop() {
    var a = node("n-1", List.of());
    pass(5);
    assertThat(a.heard.getFirst())
        .isEqualTo(
            "0200000021000000|82ab546f74616c536861726473d30000000000000006a64e6f64654944a36e2d31");
    assertThat(a.running).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(world.status().running()).isEqualTo(6);
    world.stop(3);
    pass(1);
    assertThat(a.heard.getLast())
        .isEqualTo("0b00000012000000|81a753686172644944d30000000000000003");
    assertThat(world.where(3)).isEqualTo("stopped ");
    world.start(3, "n-1");
    pass(1);
    assertThat(world.where(3)).isEqualTo("running n-1");
  }

  /** (shards weakness 13) The original repeats an order whose callback is slow. */
  @Row({"S-one-order", "S-W13"})
  @Test
  void oneOrderAtATimeAndNoneTwice() {
    var a = node("n-1", List.of());
    a.quiet = true;
    pass(8);
    assertThat(a.callbacks).containsExactly("SessionEstablished", "AddNewShards(0)");
    a.quiet = false;
    a.send(10, "81a8536861726449447391" + OriginalNodes.number(0)); // at last
    pass(5);
    assertThat(a.callbacks).doesNotHaveDuplicates().hasSize(7);
    assertThat(world.status().running()).isEqualTo(6);
  }

  @Row({"S-original-move", "S-T-migrate"})
  @Test
  void aMoveIsTheRecordedOne() {
    var a = node("n-1", List.of(0, 1, 2, 3, 4), HI, "a0", HI);
    pass(2);
    var b = node("n-2", List.of());
    pass(3);
    assertThat(world.status().running()).isEqualTo(6); // 5 is new
    world.move(3, "n-2");
    pass(2);
    assertThat(world.results).hasSize(1).allMatch(MoveResult.Moved.class::isInstance);
    assertThat(world.where(3)).isEqualTo("running n-2");
    assertThat(a.running).contains(0, 1, 2, 4).doesNotContain(3);
    assertThat(a.heard)
        .contains(
            "1400000037000000|84a64f726967696ec3a753686172644944d30000000000000003"
                + "a953657373696f6e4944a0a853657175656e6365d30000000000000000",
            "1500000012000000|81a753686172644944d30000000000000003");
    var events = new ArrayList<>(b.heard);
    events.removeIf(e -> e.startsWith("02") || e.startsWith("0a"));
    assertThat(events)
        .containsExactly(
            "140000003a000000|84a64f726967696ec2a753686172644944d30000000000000003"
                + "a953657373696f6e4944a3616263a853657175656e6365d30000000000000539",
            "6500000003000000|" + HI,
            "6500000001000000|a0",
            "6500000003000000|" + HI,
            "1700000014000000|81a94e756d4576656e7473d30000000000000003");
    assertThat(b.callbacks).endsWith("ResumeShard(3,true)");
  }

  /** (shards weakness 3) The original dies when a node is busy, or has the shard already. */
  @Row("S-W3")
  @Test
  void oneMoveAtATimeForAnOriginalNode() {
    var a = node("n-1", List.of(0, 1, 2), HI);
    pass(2);
    var b = node("n-2", List.of());
    pass(3);
    b.quiet = true;
    world.move(0, "n-2");
    assertThatThrownBy(() -> world.move(1, "n-2"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("busy");
    assertThatThrownBy(() -> world.move(2, "n-1"))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("already");
    assertThat(a.callbacks).contains("InitFrom(0)");
  }

  /**
   * (shards weakness 8) In the original a shard whose destination dies in a move is lost. It goes
   * back to its origin with the session it gave away.
   */
  @Row({"S-original-roll-back", "S-W8"})
  @Test
  void aMoveWhoseDestinationDiesIsTakenBack() {
    var a = node("n-1", List.of(0, 1, 2, 3, 4, 5), HI);
    pass(2);
    var b = node("n-2", List.of());
    pass(3);
    b.quiet = true;
    world.move(3, "n-2");
    pass(1);
    assertThat(a.callbacks).contains("InitFrom(3)");
    b.link.close();
    pass(45);
    assertThat(world.results).hasSize(1).allMatch(MoveResult.RolledBack.class::isInstance);
    assertThat(a.callbacks).endsWith("InitTo(3)", "ResumeShard(3,true)");
    assertThat(world.where(3)).isEqualTo("running n-1");
  }

  /**
   * (shards weakness 11) In the original a stray user event makes a node start a shard. Ours relays
   * only while a move is open, and only from its origin.
   */
  @Row({"S-W11", "S-stray"})
  @Test
  void strayEventsGoNowhere() {
    var a = node("n-1", List.of(0), HI);
    pass(2);
    var b = node("n-2", List.of());
    pass(3);
    world.move(0, "n-2");
    pass(2);
    int before = a.heard.size() + b.heard.size();
    a.send(101, HI);
    b.send(101, HI);
    b.send(23, "81a94e756d4576656e7473" + OriginalNodes.number(1));
    pass(1);
    assertThat(a.heard.size() + b.heard.size()).isEqualTo(before);
    assertThat(world.badEvents()).isPositive();

    b.quiet = true; // a move is open, and its destination has not prepared yet
    world.move(1, "n-2");
    pass(1);
    before = a.heard.size() + b.heard.size();
    a.send(102, HI);
    b.send(102, HI);
    pass(1);
    assertThat(a.heard.size() + b.heard.size()).isEqualTo(before);
  }

  /**
   * (shards weakness 7) In the original a shard that was started elsewhere during a cut runs twice
   * when the cut is over. The one that comes later must stop it.
   */
  @Row({"S-W7", "S-duplicates"})
  @Test
  void aShardThatRunsElsewhereIsStopped() {
    var a = node("n-1", List.of(0, 1, 2, 3, 4, 5));
    pass(3);
    var b = node("n-2", List.of(3));
    pass(2);
    assertThat(b.callbacks).contains("StopShard(3)");
    assertThat(world.where(3)).isEqualTo("running n-1");
    assertThat(a.running).contains(3);
  }

  /**
   * (shards weakness 15) The original relays each event on a task of its own: some hundreds of
   * 20,000 change places, and all wait in memory when the destination is slow.
   */
  @Row({"S-W15", "S-relay-order"})
  @Test
  void twentyThousandEventsComeInTheirOrder() {
    var events = new ArrayList<String>();
    for (int i = 0; i < 20_000; i++) {
      events.add("d2%08x".formatted(i));
    }
    var a = node("n-1", List.of(0, 1, 2, 3, 4, 5), events.toArray(String[]::new));
    pass(2);
    var b = node("n-2", List.of());
    pass(3);
    world.move(1, "n-2");
    pass(5);
    assertThat(world.results).hasSize(1).allMatch(MoveResult.Moved.class::isInstance);
    assertThat(b.heard)
        .filteredOn(e -> e.startsWith("65"))
        .map(e -> e.substring(17))
        .containsExactlyElementsOf(events);
    assertThat(a.running).doesNotContain(1);
  }

  /**
   * (shards weakness 5) The original asks nobody for a proof. Ours takes such nodes on a port of
   * its own only, where no Sennit node is taken in.
   */
  @Row("S-W5")
  @Test
  void thePortForOriginalsIsForNobodyElse() {
    var heard = new ArrayList<String>();
    var other = new RawEvents(world.node("x"), world.at(), () -> {}, heard::add);
    pass(1);
    other.send(
        "0100000069000000|86ab546f74616c536861726473"
            + OriginalNodes.number(6)
            + "ad52756e6e696e67536861726473c0a756657273696f6ea27631a64e6f64654944a36e2d31"
            + "b84f7263686573747261746f724c6f67696356657273696f6e"
            + OriginalNodes.number(2)
            + "a653656e6e6974c40180"
            + "c0c0");
    pass(3);
    assertThat(world.strangers()).isEqualTo(1);
    assertThat(world.status().nodes()).isEmpty();
    assertThat(heard).isEmpty();
  }

  /**
   * (shards weaknesses 4, 6, 16) The original can be killed by an Identify, believes sockets that
   * never identified, and leaves a node with another total waiting for ever.
   */
  @Row({"S-W4", "S-W6", "S-W16", "S-held"})
  @Test
  void badIdentifiesAreHeldAndHarmNothing() {
    var good = node("n-1", List.of());
    pass(3);
    var range = node("n-2", List.of(77));
    var heard = new ArrayList<String>();
    var version =
        new RawEvents[] {new RawEvents(world.node("x"), world.at(), () -> {}, heard::add)};
    var silent = new RawEvents(world.node("y"), world.at(), () -> {}, heard::add);
    pass(1);
    version[0].send("0100000001000000|80"); // no version of the protocol
    silent.send("0a00000014000000|81a8536861726449447391d30000000000000005"); // before Identify
    silent.send("3700000000000000"); // 55
    pass(1);
    assertThat(world.refusals()).isEqualTo(2);
    assertThat(world.strangers()).isEqualTo(2);
    assertThat(range.link.isClosed).isFalse(); // closing at once would make it dial at once
    pass(15);
    assertThat(range.link.isClosed).isTrue();
    assertThat(silent.isClosed).isTrue();
    assertThat(heard).isEmpty();
    assertThat(world.status().running()).isEqualTo(6);
    assertThat(good.running).hasSize(6);
    assertThat(world.status().nodes()).hasSize(1);
  }
}
