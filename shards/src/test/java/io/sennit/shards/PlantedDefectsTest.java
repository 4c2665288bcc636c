package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Store;
import io.sennit.shards.engine.StateHashes;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import io.sennit.shards.wire.IdentifiedData;
import io.sennit.shards.wire.IdentifyData;
import io.sennit.shards.wire.own.Hello;
import io.sennit.shards.wire.own.Own;
import io.sennit.shards.wire.own.Welcome;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import io.sennit.testkit.Row;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The judge is worth something only if it finds what is wrong: each of these makes one process
 * behave as if it had a defect, and must be found within 100 seeds.
 */
@Row("S-planted-defects")
class PlantedDefectsTest {
  /** What is wrong. */
  enum Planted {
    /** A node believes in a lease longer than the orchestrator waits. */
    LEASE_TOO_LONG,
    /** A node that comes again keeps what was given away meanwhile. */
    CLAIMS_NOT_RESOLVED,
    /** An order for one node is obeyed by another too. */
    GRANT_TO_TWO,
    /** A node is declared dead that is not. */
    FALSE_PROOF_OF_DEATH,
    /** The orchestrator acts before the journal is on the disk. */
    ACKNOWLEDGED_BEFORE_SYNC,
    /** A piece of state is lost, and nobody counts. */
    PIECE_LOST,
    /** A piece of state comes twice, and nobody counts. */
    PIECE_TWICE,
    /** Two pieces of state change places, and nobody hashes. */
    PIECES_SWAPPED
  }

  @ParameterizedTest
  @EnumSource(Planted.class)
  void isFoundWithinAHundredSeeds(Planted planted) {
    for (long seed = 1; seed <= 100; seed++) {
      var found = run(planted, seed);
      if (found != null) {
        System.out.println(planted + " found with seed " + seed + ": " + found);
        return;
      }
    }
    throw new AssertionError(planted + " was not found");
  }

  private static @Nullable String run(Planted planted, long seed) {
    try (var simulation = Simulation.builder(seed).limit(Duration.ofMinutes(5)).build()) {
      var fleet = new Fleet(simulation, 6, CountingCode::new);
      plant(planted, fleet);
      fleet.begin(3);
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
      simulation.beginStorm(weather(), Duration.ofSeconds(20));
      for (int i = 0; i < 20; i++) {
        fleet.pass(Duration.ofSeconds(1), true);
        if (planted == Planted.FALSE_PROOF_OF_DEATH) {
          declareDead(fleet);
        }
      }
      fleet.judge.check("at the end");
      return null;
    } catch (AssertionError e) {
      var text = String.valueOf(e.getMessage());
      assertThat(text).contains("times wrong");
      return text.substring(0, Math.min(160, text.length()));
    }
  }

  private static Weather weather() {
    return new Weather.Builder()
        .latency(100, 2_000)
        .links(10, 3, 1)
        .partitions(4, 8)
        .processes(4, 3, 2)
        .build();
  }

  private static void declareDead(Fleet fleet) {
    var engine = fleet.orchestrator;
    var loop = fleet.orchestratorLoop;
    if (engine == null || loop == null) {
      return;
    }
    engine.status().nodes().stream()
        .filter(n -> n.id().equals("n1") && n.connected())
        .findFirst()
        .ifPresent(n -> loop.execute(() -> engine.died(n.incarnation())));
  }

  private static void plant(Planted planted, Fleet fleet) {
    switch (planted) {
      case LEASE_TOO_LONG ->
          links(fleet, "n1", in((_, w) -> new Welcome(60_000, w.beatMillis(), w.keeps())));
      case CLAIMS_NOT_RESOLVED -> links(fleet, "n1", keepsAll());
      case GRANT_TO_TWO -> grantToTwo(fleet);
      case FALSE_PROOF_OF_DEATH -> fleet.wrap("n1", f -> f);
      case ACKNOWLEDGED_BEFORE_SYNC ->
          fleet.wrap(
              "o", f -> new Tampered(f, new Tampered.Defect() {}, PlantedDefectsTest::hasty));
      case PIECE_LOST, PIECE_TWICE, PIECES_SWAPPED -> links(fleet, "n1", new StateDefect(planted));
    }
  }

  private static void links(Fleet fleet, String node, Tampered.Defect defect) {
    UnaryOperator<Fabric> wrap = f -> new Tampered(f, defect, s -> s);
    fleet.wrap(node, wrap);
  }

  // --- events as objects ---

  private static @Nullable Own own(byte[] event) {
    return number(event) == Own.EVENT.id() ? Own.CODEC.decode(body(event)) : null;
  }

  private static long number(byte[] event) {
    return Unpooled.wrappedBuffer(event).readUnsignedIntLE();
  }

  private static byte[] body(byte[] event) {
    return Arrays.copyOfRange(event, 4, event.length);
  }

  private static byte[] event(EventType type, byte[] body) {
    var out = Unpooled.buffer(4 + body.length);
    out.writeIntLE((int) type.id()).writeBytes(body);
    return out.array();
  }

  private static byte[] event(Own what) {
    return event(Own.EVENT, Own.CODEC.encode(what));
  }

  private interface Change {
    Welcome of(Link link, Welcome welcome);
  }

  private static byte[] changed(Link link, byte[] event, Change change) {
    var type = new EventType(number(event));
    if (type.equals(EventType.IDENTIFIED)
        && EventRegistry.read(type, body(event)) instanceof EventMessage.Decoded d
        && d.decodedBody() instanceof IdentifiedData data
        && data.sennit().isPresent()) {
      var other = change.of(link, Welcome.CODEC.decode(data.sennit().get()));
      return event(
          type,
          new EventRegistry()
              .encodeBody(
                  type,
                  new IdentifiedData(
                      data.totalShards(),
                      data.nodeId(),
                      Optional.of(Welcome.CODEC.encode(other)))));
    }
    return event;
  }

  private static Tampered.Defect in(Change change) {
    return new Tampered.Defect() {
      @Override
      public List<byte[]> in(Link link, byte[] event) {
        return List.of(changed(link, event, change));
      }
    };
  }

  private static Tampered.Defect keepsAll() {
    return new Tampered.Defect() {
      private List<Welcome.Keep> claimed = List.of();

      @Override
      public List<byte[]> out(Link link, byte[] event) {
        var type = new EventType(number(event));
        if (type.equals(EventType.IDENTIFY)
            && EventRegistry.read(type, body(event)) instanceof EventMessage.Decoded d
            && d.decodedBody() instanceof IdentifyData data) {
          claimed =
              Hello.CODEC.decode(data.sennit().orElseThrow()).claims().stream()
                  .map(c -> new Welcome.Keep(c.shard(), c.epoch()))
                  .toList();
        }
        return List.of(event);
      }

      @Override
      public List<byte[]> in(Link link, byte[] event) {
        return List.of(
            changed(link, event, (_, w) -> new Welcome(w.leaseMillis(), w.beatMillis(), claimed)));
      }
    };
  }

  private static void grantToTwo(Fleet fleet) {
    var grants = new ArrayList<Own.Grant>();
    links(
        fleet,
        "n1",
        new Tampered.Defect() {
          @Override
          public List<byte[]> in(Link link, byte[] event) {
            if (own(event) instanceof Own.Grant g && g.how() == Own.How.START) {
              grants.add(g);
            }
            return List.of(event);
          }
        });
    links(
        fleet,
        "n2",
        new Tampered.Defect() {
          @Override
          public List<byte[]> in(Link link, byte[] event) {
            if (own(event) instanceof Own.BeatTaken && !grants.isEmpty()) {
              return List.of(event, event(grants.removeFirst()));
            }
            return List.of(event);
          }
        });
  }

  /** Says that commits are durable before they are. */
  private static Store hasty(Store store) {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (_, method, arguments) -> {
              if (method.getName().equals("view")) {
                return hasty(store.view((String) arguments[0]));
              }
              if (method.getName().equals("commit")) {
                arguments[1] = Store.Durability.MEMORY;
              }
              return method.invoke(store, arguments);
            });
  }

  /** Changes the state that leaves a node, and what is said of it at the end. */
  private static final class StateDefect implements Tampered.Defect {
    private final Planted planted;
    private final java.util.HashMap<Link, List<byte[]>> sent = new java.util.HashMap<>();

    StateDefect(Planted planted) {
      this.planted = planted;
    }

    @Override
    public List<byte[]> out(Link link, byte[] event) {
      if (number(event) == Own.PIECE.id()) {
        sent.computeIfAbsent(link, _ -> new ArrayList<>()).add(body(event));
        return List.of();
      }
      if (!(own(event) instanceof Own.End)) {
        return List.of(event);
      }
      var pieces = sent.getOrDefault(link, new ArrayList<>());
      if (pieces.size() > 1) {
        switch (planted) {
          case PIECE_LOST -> pieces.removeLast();
          case PIECE_TWICE -> pieces.add(pieces.getLast());
          default -> pieces.add(pieces.removeFirst());
        }
      }
      var out = new ArrayList<byte[]>();
      pieces.forEach(p -> out.add(event(Own.PIECE, p)));
      out.add(event(StateHashes.end(pieces)));
      return out;
    }
  }
}
