package io.sennit.session.engine;

import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.routing.TreeRouter;
import io.sennit.sim.Injected;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One session in bad weather. The initiator keeps sending to random players, who answer and talk to
 * each other; some refuse. Then the weather ends, those who were never killed must be reached
 * again, the session is closed, and everything must be gone.
 */
final class Storming {
  private static final Duration WITHIN = Duration.ofSeconds(6);
  private static final long PULSE_NANOS = 40_000_000;

  /** What blows. */
  enum Kind {
    CALM,
    KILLS,
    CUTS,
    ALL
  }

  private final Simulation simulation;
  private final Judge judge;
  private final Kind kind;
  private final int nodes;
  private final SplittableRandom random;
  private final Cluster cluster;
  private int pulses;

  Storming(Simulation simulation, Judge judge, Kind kind, int nodes, SessionSettings settings) {
    this.simulation = simulation;
    this.judge = judge;
    this.kind = kind;
    this.nodes = nodes;
    this.random = new SplittableRandom(simulation.seed() * 31);
    this.cluster = new Cluster(simulation, judge, nodes, settings, this::takes);
  }

  static Kind kind(long seed) {
    return Kind.values()[(int) (seed % 4)];
  }

  static Weather weather(Kind kind) {
    var builder = Weather.calm().with();
    switch (kind) {
      case CALM -> {}
      case KILLS -> builder.processes(0, 60, 0);
      case CUTS -> builder.links(60, 0, 0);
      case ALL ->
          builder
              .processes(20, 30, 10)
              .links(30, 20, 120)
              .partitions(15, 15)
              .lasting(Duration.ofSeconds(3));
    }
    return builder.build();
  }

  private boolean takes(Session session, OverlayAddress source, byte[] message) {
    if (kind != Kind.CALM && random.nextInt(20) == 0) {
      return false; // as if its queue were full
    }
    switch (random.nextInt(6)) {
      case 0, 1 -> reply(session, List.of(source));
      case 2 -> reply(session, List.of(Cluster.player(1 + random.nextInt(nodes - 1))));
      default -> {}
    }
    return true;
  }

  private void reply(Session session, List<OverlayAddress> to) {
    if (judge.counted("replies") < 2_000) { // players could answer each other for ever
      judge.count("replies");
      cluster.send(session.me().place().host(), session, to, WITHIN);
    }
  }

  void run() {
    int height = 1 + random.nextInt(4);
    var tree = new TreeRouter(height, 2 + random.nextInt(3));
    var told = cluster.told();
    var players = cluster.addresses.subList(1, nodes);
    var session = cluster.open(players, tree, Duration.ofMinutes(10), told);
    cluster.on("n0", () -> pulse(session));
    if (kind == Kind.CALM) {
      simulation.run(Duration.ofSeconds(3));
    } else {
      simulation.storm(weather(kind), Duration.ofSeconds(4));
    }
    pulses = Integer.MAX_VALUE;
    // time for probes of those that were cut off, and for restarts
    simulation.run(Duration.ofSeconds(8));
    if (!cluster.killed.contains("n0")) {
      lookWhoIsReached(session);
      cluster.on("n0", () -> session.end(io.sennit.session.SessionReason.CLOSED, "done"));
      if (kind != Kind.ALL) {
        requireAllTold();
      }
    }
    cluster.requireRest(Duration.ofMinutes(4));
    if (kind == Kind.CALM) {
      judge.requireNothingUnknown();
    }
    if (kind == Kind.CALM || kind == Kind.CUTS) {
      judge.requireNothingLate();
    }
  }

  private void pulse(Session session) {
    if (pulses++ > 100 || session.isOver()) {
      return;
    }
    var to = new ArrayList<OverlayAddress>();
    for (int i = 1; i < nodes; i++) {
      if (random.nextInt(3) == 0) {
        to.add(Cluster.player(i));
      }
    }
    if (!to.isEmpty()) {
      cluster.send("n0", session, to, WITHIN);
    }
    cluster.engine("n0").loop().timer(() -> pulse(session)).arm(PULSE_NANOS);
  }

  private void requireAllTold() {
    boolean told =
        simulation.runUntil(
            () -> cluster.engines.values().stream().allMatch(e -> e.insides().players() == 0),
            Duration.ofSeconds(3));
    if (!told) {
      throw new AssertionError("some players were not told of the end");
    }
  }

  /** Who was never killed is still in the session, whatever became of those between. */
  private void lookWhoIsReached(Session session) {
    if (kind == Kind.ALL) {
      return; // who was cut off for long enough has left
    }
    for (int i = 1; i < nodes; i++) {
      if (cluster.killed.contains("n" + i)) {
        continue;
      }
      int node = i;
      for (int attempt = 0; attempt < 20; attempt++) { // some are refused
        var entries = new ArrayList<Judge.Entry>();
        cluster.on(
            "n0",
            () ->
                entries.addAll(cluster.send("n0", session, List.of(Cluster.player(node)), WITHIN)));
        var entry = entries.getFirst();
        simulation.runUntil(() -> entry.fate != null, WITHIN.plusSeconds(2));
        if (entry.fate == SendFate.DELIVERED) {
          judge.count("reached after it");
          break;
        }
        if (entry.reason != io.sennit.session.SessionReason.QUEUE_FULL || attempt == 19) {
          throw new AssertionError(
              "n" + node + " is not reached after the storm: " + entry.fate + " " + entry.reason);
        }
      }
    }
  }

  /** One run; failures name the seed and the last events. */
  static void run(
      Simulation simulation, Judge judge, Kind kind, int nodes, SessionSettings settings) {
    new Storming(simulation, judge, kind, nodes, settings).run();
  }

  static void requireAll(Injected injected) {
    injected.require(weather(Kind.ALL));
    injected.require(weather(Kind.CUTS));
  }
}
