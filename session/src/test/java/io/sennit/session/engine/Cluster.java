package io.sennit.session.engine;

import io.sennit.core.Address;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SessionReason;
import io.sennit.session.routing.TreeRouter;
import io.sennit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Nodes of a simulation with an engine each, that answer what they get; all in a judge's book. */
final class Cluster {
  static final String RPC = "storm";
  static final int PORT = 7000;

  /** What a player does with a message. */
  interface Player {
    /** Takes it, or not. */
    boolean takes(Session session, OverlayAddress source, byte[] message);
  }

  /** What an initiator was told. */
  static final class Told implements SessionUser {
    final LinkedHashMap<OverlayAddress, SessionReason> news = new LinkedHashMap<>();
    final Judge judge;
    final OverlayAddress me;
    int messages;
    @Nullable SessionReason over;
    String overText = "";

    Told(Judge judge, OverlayAddress me) {
      this.judge = judge;
      this.me = me;
    }

    @Override
    public boolean message(OverlayAddress source, byte[] message) {
      judge.delivered(message, me);
      messages++;
      return true;
    }

    @Override
    public void news(OverlayAddress about, SessionReason reason, String text) {
      news.put(about, reason);
    }

    @Override
    public void over(SessionReason reason, String text) {
      over = reason;
      overText = text;
    }
  }

  final Simulation simulation;
  final Judge judge;
  final LinkedHashMap<String, SessionEngine> engines = new LinkedHashMap<>();
  final TreeSet<String> killed = new TreeSet<>();
  final List<Address> addresses = new ArrayList<>();
  private final SessionSettings settings;
  private final Player player;
  int strangers; // whose bytes are bad on purpose

  Cluster(Simulation simulation, Judge judge, int nodes, SessionSettings settings, Player player) {
    this.simulation = simulation;
    this.judge = judge;
    this.settings = settings;
    this.player = player;
    simulation.onExit(exit -> killed.add(exit.node()));
    for (int i = 0; i < nodes; i++) {
      var name = "n" + i;
      addresses.add(Address.of(name, PORT));
      simulation.boot(name, fabric -> begin(name, fabric));
    }
    // so that every process is surely older than any session
    simulation.run(Duration.ofSeconds(5));
  }

  private void begin(String name, Fabric fabric) {
    var loop = fabric.loop();
    loop.execute(
        () -> {
          var engine = new SessionEngine(loop, fabric.links(), settings);
          engines.put(name, engine);
          engine.serve(RPC, session -> play(name, session));
          engine.listen(Address.of(name, PORT), Done.of(_ -> {}, e -> judge.count("no port")));
        });
  }

  private SessionUser play(String name, Session session) {
    judge.begins(name, session.id());
    return new SessionUser() {
      @Override
      public boolean message(OverlayAddress source, byte[] message) {
        boolean takes = player.takes(session, source, message);
        if (takes) {
          judge.delivered(message, session.me());
        }
        return takes;
      }

      @Override
      public void news(OverlayAddress about, SessionReason reason, String text) {
        throw new AssertionError("news are for initiators");
      }

      @Override
      public void over(SessionReason reason, String text) {
        judge.count("ended " + reason);
      }
    };
  }

  SessionEngine engine(String name) {
    var engine = engines.get(name);
    if (engine == null) {
      throw new AssertionError(name + " has not begun");
    }
    return engine;
  }

  static OverlayAddress player(int i) {
    return OverlayAddress.player(Address.of("n" + i, PORT));
  }

  /** Runs something on a node's loop, and waits until it has. */
  void on(String name, Runnable task) {
    var ran = new boolean[1];
    engine(name)
        .loop()
        .execute(
            () -> {
              task.run();
              ran[0] = true;
            });
    if (!simulation.runUntil(() -> ran[0], Duration.ofSeconds(30))) {
      throw new AssertionError("the loop of " + name + " runs nothing");
    }
  }

  /** Opens a session of these players at n0. */
  Session open(Collection<Address> players, TreeRouter tree, Duration within, Told told) {
    var session = new Session[1];
    on(
        "n0",
        () ->
            session[0] =
                engine("n0").open(RPC, List.copyOf(players), tree, within.toNanos(), told));
    return session[0];
  }

  Told told() {
    return new Told(judge, player(0).asInitiator());
  }

  /** Sends, on the loop of the session's node, and keeps the book. */
  List<Judge.Entry> send(
      String sender, Session session, Collection<OverlayAddress> to, Duration within) {
    var message = judge.message();
    var targets = List.copyOf(to);
    var entries = new ArrayList<Judge.Entry>();
    targets.forEach(target -> entries.add(judge.sent(message, target, sender)));
    session.send(
        targets,
        message,
        within.toNanos(),
        (index, fate, reason, _) -> judge.decided(entries.get(index), fate, reason));
    return entries;
  }

  /** Everything comes to rest, and nothing is left of it anywhere. */
  void requireRest(Duration within) {
    if (!simulation.runUntil(this::rests, within)) {
      var left = new StringBuilder("something is left:");
      engines.forEach((name, engine) -> left.append("\n").append(name).append(engine.insides()));
      engines.forEach(
          (_, engine) ->
              engine
                  .sessions()
                  .forEach(
                      s -> left.append("\n").append(s.me()).append(" ").append(s.neighbours())));
      throw new AssertionError(left.toString());
    }
    if (!simulation.uncaught().isEmpty()) {
      var first = simulation.uncaught().getFirst();
      throw new AssertionError("uncaught: " + first, first);
    }
    engines.forEach(
        (name, engine) -> {
          if (engine.badInputs() > strangers) {
            throw new AssertionError(name + " was sent what is no frame");
          }
        });
    judge.requireAllDecided(killed);
  }

  private boolean rests() {
    var nothing = new SessionEngine.Insides(0, 0, 0, 0, 0, 0, 0);
    return engines.values().stream().allMatch(engine -> engine.insides().equals(nothing));
  }
}
