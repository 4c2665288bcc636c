package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sennit.core.spi.Link;
import io.sennit.shards.wire.own.Own;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each participant of a move is killed, stopped for longer than a lease, cut off for a while, or
 * started again at each step (shards weaknesses 8 and 10: the original loses the shard, or waits
 * for ever for an echo that a node could not send and never sends again). The shard runs exactly
 * once in the end, and if its state can be had, with its state.
 */
@Row({"S-every-step", "S-roll-back", "S-W10"})
class MoveStepsTest {
  /** The fault strikes when the first event of this kind passes. */
  enum Step {
    RESERVE,
    RESERVED,
    FREEZE,
    FROZEN,
    BEGIN,
    END,
    RECEIVED,
    RESUME,
    RESUMED,
    DROP;

    boolean is(Own event) {
      return switch (this) {
        case RESERVE -> event instanceof Own.Reserve;
        case RESERVED -> event instanceof Own.Reserved;
        case FREEZE -> event instanceof Own.Freeze;
        case FROZEN -> event instanceof Own.Frozen;
        case BEGIN -> event instanceof Own.Begin;
        case END -> event instanceof Own.End;
        case RECEIVED -> event instanceof Own.Received;
        case RESUME -> event instanceof Own.Grant g && g.how() == Own.How.RESUME;
        case RESUMED -> event instanceof Own.Granted;
        case DROP -> event instanceof Own.Drop;
      };
    }
  }

  @ParameterizedTest
  @CsvSource({
    "n1, KILL", "n1, PAUSE", "n1, ISOLATE", "n1, RESTART",
    "n2, KILL", "n2, PAUSE", "n2, ISOLATE", "n2, RESTART",
    "o, PAUSE", "o, ISOLATE", "o, RESTART"
  })
  void oneOwnerInTheEndWhateverStrikes(String whom, String how) {
    for (var step : Step.values()) {
      for (long seed = 1; seed <= 3; seed++) {
        try (var simulation = Simulation.of(seed)) {
          run(simulation, step, whom, how);
        } catch (AssertionError e) {
          throw new AssertionError(step + " " + whom + " " + how + " seed " + seed + ": " + e, e);
        }
      }
    }
  }

  /** Tells once when the first event of a kind passes; changes nothing. */
  private static final class Ear implements Tampered.Defect {
    private final Step step;
    boolean armed;
    boolean heard;

    Ear(Step step) {
      this.step = step;
    }

    @Override
    public List<byte[]> out(Link link, byte[] event) {
      if (armed && Unpooled.wrappedBuffer(event).readUnsignedIntLE() == Own.EVENT.id()) {
        var what = Own.CODEC.decode(Arrays.copyOfRange(event, 4, event.length));
        heard |= step.is(what);
      }
      return List.of(event);
    }
  }

  private static void run(Simulation simulation, Step step, String whom, String how) {
    var fleet = new Fleet(simulation, 2, CountingCode::new);
    var ear = new Ear(step);
    for (var name : List.of("o", "n1", "n2")) {
      fleet.wrap(name, f -> new Tampered(f, ear, s -> s));
    }
    simulation.onExit(
        exit -> {
          fleet.nodes.remove(exit.node());
          fleet.judge.gone(exit.node());
          if (exit.node().equals("o")) {
            fleet.orchestrator = null;
          }
        });
    fleet.begin(2);
    fleet.until("all to run", Duration.ofSeconds(20), fleet::allRun);
    fleet.pass(Duration.ofSeconds(2), false);
    int shard = fleet.engine().status().shards().getFirst().node().equals("n1") ? 0 : 1;
    ear.armed = true;
    var loop = java.util.Objects.requireNonNull(fleet.orchestratorLoop);
    loop.execute(() -> fleet.engine().move(shard, "n2", fleet.results::add));
    assertThat(simulation.runUntil(() -> ear.heard, Duration.ofSeconds(5))).isTrue();
    var faults = simulation.faults();
    switch (how) {
      case "KILL", "RESTART" -> faults.kill(whom);
      case "PAUSE" -> faults.pause(whom);
      default -> faults.isolate(whom);
    }
    fleet.pass(Duration.ofMillis(how.equals("RESTART") ? 300 : 6_000), false);
    if (how.equals("KILL")) { // nobody comes back: the other one has to have both
      fleet.until("both to run", Duration.ofSeconds(40), fleet::allRun);
    }
    faults.healAll();
    fleet.until("both to run again", Duration.ofSeconds(60), fleet::allRun);
    fleet.pass(Duration.ofSeconds(4), false);
    assertThat(fleet.allRun()).isTrue();
    assertThat(fleet.engine().status().moves()).isZero();
    fleet.judge.check("at the end");
    assertThat(simulation.uncaught()).isEmpty();
  }
}
