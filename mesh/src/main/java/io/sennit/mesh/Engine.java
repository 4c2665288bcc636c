package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.death.Evidence;
import io.sennit.core.death.Strength;
import io.sennit.core.death.Witness;
import io.sennit.core.loop.Outbox;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.mesh.engine.OutboundMessage;
import io.sennit.mesh.engine.Roster;
import io.sennit.mesh.engine.Terminal;
import io.sennit.mesh.engine.Tree;
import io.sennit.mesh.wire.Envelope;
import io.sennit.mesh.wire.MemberRecord;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a {@link Mesh}: one loop with a terminal, a dispatcher and the requests that
 * wait. Public methods of the mesh hand it tasks through a bounded outbox.
 */
final class Engine
    implements Terminal.Upcalls, Dispatcher.Answers, Exchange.Out, Roster.Station, Tree.Out {
  /** The id of the health check. */
  static final int HEALTH = 1020;

  private static final int ASK_ALL = 1;
  private static final int ALL = 2;
  private static final long OUTBOX_BYTES = 64L << 20;
  private static final int SOCKET_QUEUE = 4 << 20;
  private static final int DRAIN = 1024;
  private static final long MILLI = 1_000_000;

  private final MeshBuilder config;
  private final Loop loop;
  private final Terminal terminal;
  private final Dispatcher dispatcher;
  private final Outbox<Task> outbox;
  private final Members members;
  private final Watchers watchers;
  private final Tree tree;
  private @Nullable Roster roster;
  private DeathOracle.@Nullable Listening verdicts;
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
  private @Nullable Exchange exchange;
  private volatile Address address;
  private volatile Incarnation life;
  private volatile boolean ending;
  private volatile boolean broken;
  private volatile Map<String, Long> lastCounts = Map.of();
  private volatile List<Terminal.PeerStats> lastPeers = List.of();
  private long malformed;
  private long failedExchanges;

  /** Something to be done on the loop. */
  private static final class Task extends Outbox.Node {
    final Runnable work;

    Task(Runnable work) {
      this.work = work;
    }
  }

  Engine(MeshBuilder config, Runner runner) {
    this.config = config;
    loop = config.fabric.loop();
    var given = config.life;
    life =
        given != null
            ? given
            : Incarnation.first(runner.wallTime(), new java.security.SecureRandom());
    address = config.advertise != null ? config.advertise : config.bind;
    terminal =
        new Terminal(
            loop,
            config.fabric.names(),
            config.transport(),
            config.secrets(),
            life,
            config.guest,
            this);
    dispatcher = new Dispatcher(loop, runner, this);
    watchers = new Watchers(loop, runner);
    members = new Members(config.seeds);
    tree = new Tree(loop, this, config.retryTimeout.toNanos());
    outbox = new Outbox<>(loop, OUTBOX_BYTES, this::drain);
  }

  private void drain() {
    outbox.drain(DRAIN, task -> task.work.run());
  }

  /** Runs work on the loop; false: the outbox is full or closed. */
  private boolean run(int bytes, Runnable work) {
    return outbox.offer(new Task(work), bytes) == Outbox.Offer.TAKEN;
  }

  private SennitException refused(String operation, Address to) {
    var context =
        new ErrorContext(
            to.toString(),
            operation,
            Duration.ZERO,
            io.sennit.core.Outcome.DID_NOT_RUN,
            ending ? "" : "Wait for what was sent before.");
    return ending
        ? new DisconnectedException("the mesh was closed", context)
        : new RejectedException("too much waits to be sent", context);
  }

  CompletableFuture<@Nullable Void> start(Duration within) {
    var started = new CompletableFuture<@Nullable Void>();
    loop.execute(
        () -> {
          exchange = new Exchange(loop, this);
          loop.timer(
                  () ->
                      started.completeExceptionally(
                          new DeadlineExceededException(
                              "the mesh could not bind " + config.bind,
                              DeadlineExceededException.Phase.UNKNOWN,
                              ErrorContext.NONE)))
              .arm(within.toNanos());
          bind(started);
        });
    return started;
  }

  private void bind(CompletableFuture<@Nullable Void> started) {
    config
        .fabric
        .datagrams()
        .bind(
            loop,
            config.bind,
            Mesh.MAX_PACKET_SIZE,
            SOCKET_QUEUE,
            terminal,
            Done.of(
                (Datagrams.Socket socket) -> {
                  if (ending) {
                    socket.close();
                    return;
                  }
                  var local = config.advertise != null ? config.advertise : socket.local();
                  address = local;
                  terminal.bound(socket, local);
                  look();
                  tree.at(local, life.unique());
                  join(local);
                  started.complete(null);
                },
                started::completeExceptionally));
  }

  private void join(Address local) {
    var self =
        new MemberRecord(
            life.unique(),
            life.number(),
            0,
            1,
            local.toString(),
            config.host,
            config.publicAddress,
            config.role,
            config.type.isEmpty() ? config.role : config.type,
            config.zone,
            NodeStatus.ONLINE.number(),
            config.directory,
            new byte[0]);
    var others = config.seeds.stream().filter(seed -> !seed.equals(local)).toList();
    var list = new Roster(loop, config.fabric.names(), this, self, config.guest, others);
    roster = list;
    list.start();
    var oracle = config.oracle;
    if (oracle != null) {
      verdicts =
          oracle.listen(
              loop,
              change -> {
                var now = change.now();
                if (now.strength().compareTo(Strength.MEMBERSHIP) >= 0) {
                  now.life()
                      .ifPresent(l -> list.endOf(change.subject(), l.number(), now.toString()));
                }
              });
    }
  }

  private void report(Evidence.Kind kind, Address subject, Incarnation of, String detail) {
    var oracle = config.oracle;
    if (oracle != null) {
      oracle.report(
          new Evidence(
              subject,
              Optional.of(of),
              kind,
              new Witness(address, "mesh"),
              loop.wallTime(),
              detail));
    }
  }

  Members members() {
    return members;
  }

  Watchers watchers() {
    return watchers;
  }

  /** Changes what this node says of itself; waits for nothing. */
  void change(UnaryOperator<MemberRecord> next) {
    loop.execute(
        () -> {
          var list = roster;
          if (list != null) {
            list.change(next.apply(list.self()));
          }
        });
  }

  // ---- membership, on the loop

  @Override
  public void exchange(Address with, byte[] items, boolean answer) {
    var envelope = new Envelope.Directory(answer ? ASK_ALL : ALL, items);
    terminal.send(
        with,
        new OutboundMessage(
            envelope.toBytes(),
            envelope.command(),
            false,
            true,
            true,
            "mesh exchange of members",
            new OutboundMessage.Fate() {
              @Override
              public void delivered() {}

              @Override
              public void failed(SennitException why) {
                failedExchanges++; // another follows by itself
              }
            }));
  }

  @Override
  public void changed(List<Roster.Entry> now) {
    members.replace(now, life.unique());
  }

  @Override
  public void event(Roster.Event event) {
    var now = Members.toNode(event.now(), life.unique());
    if (now == null || event.now().member().directory()) {
      return;
    }
    var earlier = event.before();
    var before = earlier == null ? null : Members.toNode(earlier, life.unique());
    boolean wasThere =
        earlier != null
            && (earlier.state() == Roster.State.ALIVE || earlier.state() == Roster.State.SUSPECT);
    switch (event.now().state()) {
      case ALIVE, SUSPECT -> {
        if (event.now().state() == Roster.State.SUSPECT) {
          report(Evidence.Kind.SUSPECTED, now.address(), now.incarnation(), now.why());
        }
        watchers.tell(
            wasThere && before != null
                ? new MemberChange.Changed(before, now)
                : new MemberChange.Joined(now));
      }
      case DEAD, LEFT -> {
        report(
            event.now().state() == Roster.State.LEFT
                ? Evidence.Kind.GOODBYE
                : Evidence.Kind.SUSPECTED,
            now.address(),
            now.incarnation(),
            event.now().why());
        watchers.tell(new MemberChange.Departed(now, event.now().why()));
      }
    }
  }

  Address address() {
    return address;
  }

  Incarnation life() {
    return life;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  // ---- asked by users

  void send(
      Address to,
      Envelope.Command envelope,
      String operation,
      CompletableFuture<@Nullable Void> queued,
      CompletableFuture<@Nullable Void> delivered) {
    var bytes = envelope.toBytes();
    var message =
        new OutboundMessage(
            bytes,
            envelope.command(),
            true,
            false,
            false,
            operation,
            new OutboundMessage.Fate() {
              @Override
              public void taken() {
                queued.complete(null);
              }

              @Override
              public void delivered() {
                queued.complete(null);
                delivered.complete(null);
              }

              @Override
              public void failed(SennitException why) {
                delivered.completeExceptionally(why);
              }
            });
    if (!run(bytes.length, () -> send(to, message))) {
      delivered.completeExceptionally(refused(operation, to));
    }
  }

  void usend(Address to, Envelope.Command envelope) {
    var bytes = envelope.toBytes();
    var unused =
        run(
            bytes.length,
            () -> {
              if (to.equals(address)) {
                message(self(), bytes, false, () -> {});
              } else {
                terminal.sendLossy(to, bytes);
              }
            });
  }

  void ask(
      Address to,
      boolean rpc,
      int command,
      int codec,
      byte[] body,
      long nanos,
      CompletableFuture<byte[]> future) {
    boolean taken =
        run(
            body.length + 64,
            () -> {
              var with = exchange;
              if (with != null) {
                with.ask(to, rpc, command, codec, body, nanos, future);
              } else {
                future.completeExceptionally(refused(Operations.REQUEST, to));
              }
            });
    if (!taken) {
      future.completeExceptionally(
          refused((rpc ? Operations.RPC : Operations.REQUEST) + " " + command, to));
    }
  }

  CompletableFuture<byte[]> ping(Address to, long nanos) {
    var future = new CompletableFuture<byte[]>();
    ask(to, true, HEALTH, Envelope.RAW, new byte[0], nanos, future);
    return future;
  }

  CompletableFuture<Boolean> awaitQuiet(long nanos) {
    var future = new CompletableFuture<Boolean>();
    boolean taken = run(64, () -> pollQuiet(future, loop.nanoTime() + nanos));
    if (!taken) {
      future.complete(false);
    }
    return future;
  }

  private void pollQuiet(CompletableFuture<Boolean> future, long deadline) {
    var with = exchange;
    if (terminal.isQuiet() && dispatcher.isQuiet() && (with == null || with.size() == 0)) {
      future.complete(true);
    } else if (loop.nanoTime() >= deadline || ending) {
      future.complete(false);
    } else {
      loop.timer(() -> pollQuiet(future, deadline)).arm(10 * MILLI);
    }
  }

  /** As they were a moment ago: refreshed with each look, and never waited for. */
  Map<String, Long> counts() {
    refresh();
    return lastCounts;
  }

  /** As they are now. */
  CompletableFuture<List<Mesh.PeerState>> peers() {
    var future = new CompletableFuture<List<Mesh.PeerState>>();
    loop.execute(
        () -> {
          look();
          future.complete(peerStates());
        });
    return future;
  }

  private List<Mesh.PeerState> peerStates() {
    return lastPeers.stream()
        .map(
            peer ->
                new Mesh.PeerState(
                    peer.address(),
                    peer.connected(),
                    peer.quarantined(),
                    Duration.ofNanos(peer.roundTripNanos()),
                    peer.window(),
                    peer.inFlight(),
                    peer.queuedBytes(),
                    peer.loss(),
                    peer.pathMax()))
        .toList();
  }

  private void refresh() {
    if (loop.inLoop()) {
      look();
    } else {
      loop.execute(this::look);
    }
  }

  private void look() {
    var all = new LinkedHashMap<>(terminal.counts());
    all.put("malformed_messages", malformed);
    all.put("failed_exchanges", failedExchanges);
    all.put("handled", dispatcher.handled());
    all.put("unhandled", dispatcher.unhandled());
    all.put("overloaded", dispatcher.overloaded());
    lastCounts = Collections.unmodifiableMap(all);
    lastPeers = terminal.stats();
  }

  // ---- envelopes out, on the loop

  private Terminal.Sender self() {
    return new Terminal.Sender(address, life, config.guest);
  }

  @Override
  public void send(Address to, OutboundMessage message) {
    if (!to.equals(address)) {
      terminal.send(to, message);
      return;
    }
    if (ending) {
      message.fate().failed(refused(message.operation(), to));
      return;
    }
    message.fate().delivered();
    message(self(), message.envelope(), true, () -> {});
  }

  @Override
  public void cancel(Address to, int correlation) {
    if (to.equals(address)) {
      dispatcher.cancelled(self(), correlation);
    } else {
      terminal.cancel(to, correlation);
    }
  }

  @Override
  public void answer(Terminal.Sender to, Envelope.Answer answer) {
    var bytes = answer.toBytes();
    send(
        to.address(),
        new OutboundMessage(
            bytes,
            answer.command(),
            false,
            bytes.length <= Mesh.MAX_SIZE,
            true,
            "mesh answer " + answer.command(),
            new OutboundMessage.Fate() {
              @Override
              public void delivered() {}

              @Override
              public void failed(SennitException why) {
                // the asker's own time ends its request
              }
            }));
  }

  // ---- told by the terminal, on the loop

  @Override
  public void message(Terminal.Sender from, byte[] envelope, boolean reliable, Runnable release) {
    Envelope message;
    try {
      message = Envelope.read(envelope);
    } catch (ProtocolException _) {
      malformed++;
      release.run();
      return;
    }
    switch (message) {
      case Envelope.Command command -> dispatcher.command(from, command, release);
      case Envelope.Ask ask -> asked(from, ask, release);
      case Envelope.Answer answer -> {
        release.run();
        var with = exchange;
        if (with != null) {
          with.answer(from.address(), answer);
        }
      }
      case Envelope.Directory all -> {
        release.run();
        exchanged(from, all);
      }
      case Envelope.Tree many -> received(from, many, release);
      case Envelope.TreeDone done -> {
        release.run();
        tree.done(from.address(), done);
      }
    }
  }

  private void received(Terminal.Sender from, Envelope.Tree many, Runnable release) {
    try {
      tree.received(from.address(), many, release);
    } catch (ProtocolException | io.sennit.core.ConfigException _) {
      malformed++;
    }
  }

  @Override
  public void sendLossy(Address to, byte[] envelope) {
    terminal.sendLossy(to, envelope);
  }

  @Override
  public void handle(Address origin, long originUid, Envelope.Command command, Runnable release) {
    dispatcher.command(
        new Terminal.Sender(origin, new Incarnation(1, originUid), false), command, release);
  }

  @Override
  public String unreachable(Address to) {
    return terminal.isQuarantined(to) ? "it has not answered for a while" : "";
  }

  void sendMany(
      List<Address> to,
      Envelope.Command envelope,
      int limit,
      boolean reliable,
      CompletableFuture<FanOut> future) {
    var bytes = envelope.toBytes();
    var operation = Operations.SEND + " to many " + envelope.command();
    boolean taken =
        run(
            bytes.length,
            () -> {
              long begun = loop.nanoTime();
              tree.start(
                  envelope.command(),
                  to,
                  bytes,
                  limit,
                  reliable,
                  (reached, failed) ->
                      future.complete(
                          outcome(reached, failed, operation, loop.nanoTime() - begun)));
            });
    if (!taken) {
      future.completeExceptionally(refused(operation, address));
    }
  }

  private static FanOut outcome(
      int reached, List<Envelope.Unreached> failed, String operation, long nanos) {
    var took = Duration.ofNanos(nanos);
    if (failed.isEmpty()) {
      return new FanOut.AllReached(reached, took);
    }
    var all = new LinkedHashMap<Address, SennitException>();
    for (var one : failed) {
      all.put(
          Address.parse(one.address()),
          new DisconnectedException(
              one.why(),
              new ErrorContext(
                  one.address(), operation, took, io.sennit.core.Outcome.UNKNOWN, "")));
    }
    return new FanOut.SomeFailed(reached, took, all);
  }

  private void exchanged(Terminal.Sender from, Envelope.Directory all) {
    var list = roster;
    try {
      if (list != null && (all.command() == ASK_ALL || all.command() == ALL)) {
        list.exchanged(from.address(), all.body(), all.command() == ASK_ALL);
      }
    } catch (ProtocolException _) {
      malformed++;
    }
  }

  private void asked(Terminal.Sender from, Envelope.Ask ask, Runnable release) {
    if (ask.command() == HEALTH) {
      release.run();
      answer(
          from,
          new Envelope.Answer(
              ask.rpc(),
              HEALTH,
              ask.correlation(),
              ending ? Envelope.AnswerStatus.UNHEALTHY : Envelope.AnswerStatus.OK,
              Envelope.RAW,
              new byte[0]));
    } else {
      dispatcher.request(from, ask, release);
    }
  }

  @Override
  public void cancelled(Terminal.Sender from, int correlation) {
    dispatcher.cancelled(from, correlation);
  }

  @Override
  public void solo(long uid, Endpoint from, byte[] frames) {
    var list = roster;
    if (list != null) {
      list.received(uid, from, frames); // malformed: the terminal counts it
    }
  }

  @Override
  public void solo(Endpoint to, byte[] frames) {
    terminal.solo(to, frames);
  }

  @Override
  public void gossip(Terminal.Sender from, byte[] items) {
    malformed++; // members speak of members without a session
  }

  @Override
  public void proven(Terminal.Sender who, Endpoint at) {
    report(Evidence.Kind.HEARD, who.address(), who.life(), "");
  }

  @Override
  public void ended(Terminal.Sender who, SennitException why, boolean silent) {}

  @Override
  public void lifeRaised(Incarnation now) {
    life = now;
    var list = roster;
    if (list != null) {
      list.change(list.self().withLife(now.number()));
    }
  }

  @Override
  public void failed(SennitException why) {
    broken = true;
  }

  boolean isHealthy() {
    return !broken && !ending;
  }

  CompletableFuture<@Nullable Void> close() {
    if (!ending || !closed.isDone()) {
      ending = true;
      loop.execute(this::closeNow);
    }
    return closed;
  }

  private void closeNow() {
    if (closed.isDone()) {
      return;
    }
    outbox.close();
    outbox.drain(Integer.MAX_VALUE, task -> task.work.run());
    var list = roster;
    if (list != null) {
      list.leave();
    }
    if (verdicts != null) {
      verdicts.close();
    }
    watchers.close();
    tree.close();
    dispatcher.close();
    var with = exchange;
    if (with != null) {
      with.close();
    }
    terminal.close();
    look();
    closed.complete(null);
  }
}
