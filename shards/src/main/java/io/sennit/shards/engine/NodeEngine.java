package io.sennit.shards.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import io.sennit.shards.NotHostedException;
import io.sennit.shards.ShardId;
import io.sennit.shards.ShardPermit;
import io.sennit.shards.StopReason;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventType;
import io.sennit.shards.wire.IdentifiedData;
import io.sennit.shards.wire.IdentifyData;
import io.sennit.shards.wire.own.Hello;
import io.sennit.shards.wire.own.Hello.Claim;
import io.sennit.shards.wire.own.Hello.Holding;
import io.sennit.shards.wire.own.Own;
import io.sennit.shards.wire.own.Welcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's side for one type of shards, docs/protocol/shards.md §5 to §8: it keeps one link to the
 * orchestrator, runs what it is permitted to run while its lease holds, and takes part in moves.
 * Belongs to its loop; {@link #submit} may be called from any thread.
 */
public final class NodeEngine implements EventPort.User {
  private static final RareLog LOG = RareLog.of("io.sennit.shards.node");
  private static final int MISSED_BEATS = 3;
  private static final int MOST_BEATS = 64;
  private static final Duration LANE_END = Duration.ofSeconds(2);

  private final Loop loop;
  private final Runner runner;
  private final Links links;
  private final NodeSettings settings;
  private final ShardCode code;
  private final Lease lease = new Lease();
  private final TreeMap<Integer, Slot> slots = new TreeMap<>();
  private final AtomicReferenceArray<@Nullable Hosted> running;
  private final TreeMap<Long, Long> beats = new TreeMap<>(); // number to when it was sent
  private final ArrayDeque<Runnable> whenEmpty = new ArrayDeque<>();
  private final LazyTimer redial;
  private final LazyTimer beat;
  private final LazyTimer lapse;
  private final LazyTimer identify;
  private @Nullable EventPort port;
  private boolean identified;
  private boolean leaving;
  private boolean closed;
  private int failures;
  private long beatNumber;
  private long beatNanos;
  private long leaseNanos;
  private long helloAt;
  private volatile long badEvents;
  private volatile long refused;
  private volatile boolean connected;

  /** Ready to be started. */
  public NodeEngine(Loop loop, Runner runner, Links links, NodeSettings settings, ShardCode code) {
    this.loop = loop;
    this.runner = runner;
    this.links = links;
    this.settings = settings;
    this.code = code;
    this.running = new AtomicReferenceArray<>(settings.total());
    this.redial = new LazyTimer(loop, this::dial);
    this.beat = new LazyTimer(loop, this::sendBeat);
    this.lapse = new LazyTimer(loop, this::lookAtLease);
    this.identify =
        new LazyTimer(
            loop, () -> lost(new DisconnectedException("not identified in time", peerOf())));
  }

  Loop loop() {
    return loop;
  }

  Runner runner() {
    return runner;
  }

  Links links() {
    return links;
  }

  NodeSettings settings() {
    return settings;
  }

  ShardCode code() {
    return code;
  }

  /** Events that had no meaning, so far; any thread. */
  public long badEvents() {
    return badEvents;
  }

  /** Orders refused because they came too late or fit nothing here, so far; any thread. */
  public long refusals() {
    return refused;
  }

  /** Whether the orchestrator has taken it in; any thread. */
  public boolean isConnected() {
    return connected;
  }

  /** The permit under which a shard runs here now, if it does; any thread. */
  public @Nullable ShardPermit permit(int shard) {
    var hosted = running.get(shard);
    var permit = hosted == null ? null : hosted.permit;
    return permit != null && permit.isValid() ? permit : null;
  }

  private ErrorContext peerOf() {
    return ErrorContext.peer(settings.orchestrator().toString());
  }

  // --- the link to the orchestrator ---

  /** Begins to dial. */
  public void start() {
    dial();
  }

  private void dial() {
    if (closed || port != null) {
      return;
    }
    var made = new EventPort(this);
    port = made;
    identify.arm(settings.identify().toNanos());
    try {
      made.dialing(links.dial(loop, settings.orchestrator(), EventPort.spec(), made));
    } catch (SennitException e) {
      lost(e);
    }
  }

  @Override
  public void opened(EventPort to) {
    if (to != port) {
      to.close();
      return;
    }
    helloAt = loop.nanoTime();
    var claims = claims();
    var hello =
        new Hello(
            settings.type(),
            settings.incarnation(),
            settings.address(),
            settings.zone(),
            settings.capacity(),
            claims);
    var shards =
        claims.stream()
            .filter(c -> c.holding() == Holding.RUNNING)
            .map(Claim::shard)
            .distinct()
            .toList();
    var data =
        new IdentifyData(
            settings.total(),
            shards.isEmpty() ? Optional.empty() : Optional.of(shards),
            settings.version(),
            settings.id(),
            IdentifyData.LOGIC_VERSION,
            Optional.of(Hello.CODEC.encode(hello)));
    to.send(
        EventType.IDENTIFY,
        new io.sennit.shards.wire.EventRegistry().encodeBody(EventType.IDENTIFY, data));
  }

  private List<Claim> claims() {
    var claims = new ArrayList<Claim>();
    for (var slot : slots.values()) {
      var now = slot.now;
      if (now != null) {
        claims.add(new Claim(slot.shard, now.epoch, now.holding, now.move));
      }
      slot.stopping.values().stream()
          .distinct()
          .forEach(epoch -> claims.add(new Claim(slot.shard, epoch, Holding.STOPPING, 0)));
    }
    return claims;
  }

  @Override
  public void closed(EventPort from, Optional<SennitException> why) {
    if (from == port) {
      lost(why.orElseGet(() -> new DisconnectedException("the orchestrator ended", peerOf())));
    }
  }

  private void lost(SennitException why) {
    var old = port;
    if (old == null) {
      return;
    }
    port = null;
    connected = false;
    identified = false;
    identify.cancel();
    beat.cancel();
    beats.clear();
    old.abort(why);
    if (!closed) {
      failures++;
      LOG.log(
          loop.nanoTime(),
          Level.INFO,
          "no orchestrator at " + settings.orchestrator() + ": " + why.what(),
          null);
      redial.arm(settings.redial().nanos(failures, loop.random()));
    }
  }

  @Override
  public void bad(EventPort from, ProtocolException why) {
    badEvents++;
    LOG.log(
        loop.nanoTime(),
        Level.WARNING,
        "an event from " + from.peer() + " was dropped: " + why.getMessage(),
        null);
  }

  @Override
  public void event(EventPort from, EventMessage message) {
    if (from != port) {
      return;
    }
    switch (message) {
      case EventMessage.Decoded d when d.decodedBody() instanceof IdentifiedData data ->
          identified(from, data);
      case EventMessage.Raw raw when raw.type().equals(Own.EVENT) ->
          order(Own.CODEC.decode(raw.rawBody()));
      default ->
          bad(from, new ProtocolException("event", -1, message.type() + " is not for a node"));
    }
  }

  private void identified(EventPort from, IdentifiedData data) {
    if (identified) {
      return;
    }
    if (data.sennit().isEmpty() || data.totalShards() != settings.total()) {
      lost(new DisconnectedException("it is no orchestrator of ours", peerOf()));
      return;
    }
    var welcome = Welcome.CODEC.decode(data.sennit().get());
    identified = true;
    failures = 0;
    identify.cancel();
    leaseNanos = TimeUnit.MILLISECONDS.toNanos(welcome.leaseMillis());
    beatNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(1, welcome.beatMillis()));
    var keeps = new TreeMap<Integer, Long>();
    welcome.keeps().forEach(k -> keeps.put(k.shard(), k.epoch()));
    for (var slot : List.copyOf(slots.values())) {
      var now = slot.now;
      if (now != null
          && now.holding == Holding.RUNNING
          && !Long.valueOf(now.epoch).equals(keeps.get(slot.shard))) {
        stop(now, StopReason.ORDERED); // revokes before the lease goes on
      }
    }
    extend(helloAt + leaseNanos);
    connected = true;
    sendBeat();
    for (var slot : slots.values()) {
      repeat(slot.now);
    }
    if (leaving) {
      tell(new Own.Leave());
    }
  }

  /** What the orchestrator may have missed. */
  private void repeat(@Nullable Hosted now) {
    if (now == null) {
      return;
    }
    if (now.holding == Holding.RUNNING && now.told) {
      tell(new Own.Granted(now.slot.shard, now.epoch, true, ""));
    }
    if (now.holding == Holding.FROZEN && now.out != null) {
      tell(new Own.Frozen(now.move, now.slot.shard, true, ""));
      var sent = now.out.result;
      if (sent != null) {
        tell(sent);
      }
    }
    var in = now.in;
    if (in != null) {
      if (now.state != null) {
        tell(new Own.Reserved(now.move, true, ""));
      }
      if (in.result != null) {
        tell(in.result);
      }
    }
  }

  /** Says something to the orchestrator; dropped while there is none, and said again then. */
  void tell(Own what) {
    var to = port;
    if (to != null && identified) {
      to.send(Own.EVENT, Own.CODEC.encode(what));
    }
  }

  // --- the lease ---

  private void sendBeat() {
    var to = port;
    if (to == null || !identified) {
      return;
    }
    if (beats.size() >= MISSED_BEATS) {
      var oldest = beats.firstEntry().getValue();
      if (loop.nanoTime() - oldest > MISSED_BEATS * beatNanos) {
        lost(new DisconnectedException("the orchestrator does not answer", peerOf()));
        return;
      }
    }
    if (beats.size() < MOST_BEATS) {
      beats.put(++beatNumber, loop.nanoTime());
      tell(new Own.Beat(beatNumber));
    }
    beat.arm(beatNanos);
  }

  private void beatTaken(long number) {
    var sentAt = beats.get(number);
    if (sentAt == null) {
      return;
    }
    beats.headMap(number, true).clear();
    extend(sentAt + leaseNanos);
  }

  private void extend(long until) {
    if (closed || until - loop.nanoTime() <= 0) {
      return;
    }
    lease.extend(until);
    lapse.arm(Math.max(1, lease.endNanos() - loop.nanoTime()));
    for (var slot : slots.values()) {
      var now = slot.now;
      if (now != null && now.suspended && now.holding == Holding.RUNNING) {
        now.suspended = false;
        enter(now, () -> {});
      }
    }
  }

  /** The lease has ended: permits are void by the clock already; now the users are told. */
  private void lookAtLease() {
    long left = lease.isHeld() ? lease.endNanos() - loop.nanoTime() : 0;
    if (left > 0) {
      lapse.arm(left);
      return;
    }
    lease.drop();
    for (var slot : slots.values()) {
      var now = slot.now;
      if (now != null && now.holding == Holding.RUNNING && !now.suspended) {
        now.suspended = true;
        slot.run(() -> leave(now), () -> {});
      }
    }
  }

  // --- orders ---

  private void order(Own order) {
    switch (order) {
      case Own.Refused r -> {
        LOG.log(
            loop.nanoTime(), Level.WARNING, "the orchestrator refuses this node: " + r.why(), null);
        lost(new DisconnectedException(r.why(), peerOf()));
      }
      case Own.BeatTaken t -> beatTaken(t.number());
      case Own.Grant g when inRange(g.shard()) -> grant(g);
      case Own.Release r when inRange(r.shard()) -> release(r);
      case Own.Reserve r when inRange(r.shard()) -> reserve(r);
      case Own.Freeze f when inRange(f.shard()) -> freeze(f);
      case Own.Drop d when inRange(d.shard()) -> drop(d);
      default -> {
        badEvents++;
        LOG.log(loop.nanoTime(), Level.WARNING, "not for a node, or out of range: " + order, null);
      }
    }
  }

  private boolean inRange(int shard) {
    return shard >= 0 && shard < settings.total();
  }

  private Slot slot(int shard) {
    return slots.computeIfAbsent(shard, s -> new Slot(s, loop, runner, settings.type() + "/" + s));
  }

  private Object state(Hosted hosted) {
    return java.util.Objects.requireNonNull(hosted.state, "state");
  }

  /** One step of user code. */
  private interface Step {
    void run() throws Exception;
  }

  /** On the lane: what it throws is kept for the loop. */
  private void step(Hosted hosted, Step step) {
    if (hosted.failure == null) {
      try {
        step.run();
      } catch (Exception | Error e) {
        hosted.failure = e;
        LOG.log(
            runner.nanoTime(), Level.WARNING, "shard " + hosted.slot.shard + " failed a step", e);
      }
    }
  }

  private void grant(Own.Grant grant) {
    var slot = slot(grant.shard());
    var now = slot.now;
    if (now != null && now.epoch == grant.epoch() && now.holding == Holding.RUNNING) {
      if (now.told) {
        tell(new Own.Granted(grant.shard(), grant.epoch(), true, ""));
      }
      return; // it came before
    }
    if (closed || grant.epoch() <= slot.highest) {
      refuse(grant, "an older permit than one known here");
      return;
    }
    slot.highest = grant.epoch();
    switch (grant.how()) {
      case START -> {
        if (now != null) {
          stop(now, StopReason.ORDERED);
        }
        var fresh = new Hosted(slot, Holding.RUNNING);
        slot.now = fresh;
        slot.run(() -> step(fresh, () -> fresh.state = code.open(slot.shard)), () -> {});
        permit(fresh, grant.epoch());
      }
      case RESUME -> {
        if (now == null || now.holding != Holding.RECEIVED || now.move != grant.move()) {
          refuse(grant, "no state of that move is here");
          return;
        }
        permit(now, grant.epoch());
      }
      case THAW -> {
        if (now == null || (now.holding != Holding.FROZEN && now.holding != Holding.RUNNING)) {
          refuse(grant, "no frozen state is here");
          return;
        }
        now.revoke();
        permit(now, grant.epoch());
      }
    }
  }

  private void refuse(Own.Grant grant, String why) {
    refused++;
    tell(new Own.Granted(grant.shard(), grant.epoch(), false, why));
  }

  private void permit(Hosted hosted, long epoch) {
    endMoves(hosted);
    hosted.holding = Holding.RUNNING;
    hosted.move = 0;
    hosted.epoch = epoch;
    hosted.told = false;
    hosted.suspended = !lease.isValid(loop.nanoTime());
    hosted.permit =
        new ShardPermit(new ShardId(settings.type(), hosted.slot.shard), epoch, lease, runner);
    running.set(hosted.slot.shard, hosted);
    enter(
        hosted,
        () -> {
          if (hosted.epoch != epoch || hosted.holding != Holding.RUNNING) {
            return;
          }
          var failure = hosted.failure;
          if (failure == null) {
            hosted.told = true;
            tell(new Own.Granted(hosted.slot.shard, epoch, true, ""));
          } else {
            stop(hosted, StopReason.ORDERED);
            tell(new Own.Granted(hosted.slot.shard, epoch, false, "it failed: " + failure));
          }
        });
  }

  /** The user is told that it runs. */
  private void enter(Hosted hosted, Runnable after) {
    var permit = hosted.permit;
    hosted.slot.run(
        () -> {
          if (permit != null && permit == hosted.permit && permit.isValid()) {
            step(hosted, () -> granted(hosted, permit));
          }
        },
        after);
  }

  /** On the lane; a permit is told once, however often the lease is renewed. */
  private void granted(Hosted hosted, ShardPermit permit) throws Exception {
    if (hosted.active != permit) {
      hosted.active = permit;
      code.granted(state(hosted), permit);
    }
  }

  /** On the lane: the user is told that it does not run for now. */
  private void leave(Hosted hosted) {
    if (hosted.active != null) {
      hosted.active = null;
      step(hosted, () -> code.frozen(state(hosted)));
    }
  }

  private static void endMoves(Hosted hosted) {
    if (hosted.out != null) {
      hosted.out.close();
      hosted.out = null;
    }
    if (hosted.in != null) {
      hosted.in.close();
      hosted.in = null;
    }
  }

  /** Nothing of it runs from now on; its copy goes when the lane has come so far. */
  private void stop(Hosted hosted, StopReason why) {
    hosted.revoke();
    endMoves(hosted);
    var slot = hosted.slot;
    running.compareAndSet(slot.shard, hosted, null);
    if (slot.now == hosted) {
      slot.now = null;
    }
    slot.stopping.put(hosted, hosted.epoch);
    slot.run(
        () -> {
          var state = hosted.state;
          if (state != null) {
            try {
              code.stop(state, why);
            } catch (Exception | Error e) {
              LOG.log(
                  runner.nanoTime(), Level.WARNING, "shard " + slot.shard + " failed to stop", e);
            }
            hosted.state = null;
          }
        },
        () -> {
          slot.stopping.remove(hosted);
          answerStops(slot, hosted.epoch);
        });
  }

  private void answerStops(Slot slot, long epoch) {
    if (slot.stopping.isEmpty()) {
      tell(new Own.Released(slot.shard, slot.now == null ? slot.highest : epoch));
    }
    if (slot.now == null && slot.stopping.isEmpty()) {
      lookIfEmpty();
    }
  }

  private void release(Own.Release order) {
    var slot = slot(order.shard());
    slot.highest = Math.max(slot.highest, order.epoch());
    var now = slot.now;
    if (now != null && now.epoch <= order.epoch() && now.in == null) {
      stop(now, order.moved() ? StopReason.MOVED : StopReason.ORDERED);
    } else if (slot.stopping.isEmpty()) {
      tell(new Own.Released(order.shard(), order.epoch()));
    }
  }

  // --- moves ---

  private void reserve(Own.Reserve order) {
    var slot = slot(order.shard());
    var now = slot.now;
    if (now != null && now.move == order.move()) {
      return; // it came before
    }
    if (now != null || closed || leaving) {
      refused++;
      tell(
          new Own.Reserved(
              order.move(), false, now != null ? "the shard is here already" : "this node ends"));
      return;
    }
    var coming = new Hosted(slot, Holding.INCOMING);
    coming.move = order.move();
    coming.in = new InMove(this, coming, order.move(), order.token());
    slot.now = coming;
    slot.run(
        () -> step(coming, () -> coming.state = code.open(slot.shard)),
        () -> {
          var failure = coming.failure;
          tell(
              new Own.Reserved(
                  order.move(), failure == null, failure == null ? "" : "it failed: " + failure));
        });
  }

  /** A link has come that says it carries the state of a shard. */
  public void take(EventPort from, Own.Begin begin) {
    var slot = slots.get(begin.shard());
    var now = slot == null ? null : slot.now;
    var in = now == null ? null : now.in;
    if (in == null || in.move != begin.move() || !in.token.equals(begin.token())) {
      refused++;
      from.abort(
          new io.sennit.core.RejectedException("no such move is expected here", ErrorContext.NONE));
      return;
    }
    in.begin(from);
  }

  private void freeze(Own.Freeze order) {
    var slot = slot(order.shard());
    var now = slot.now;
    if (now != null && now.move == order.move()) {
      if (now.holding == Holding.FROZEN && now.out != null) {
        tell(new Own.Frozen(order.move(), order.shard(), true, ""));
      }
      return; // it came before
    }
    if (now == null || now.holding != Holding.RUNNING || now.epoch != order.epoch()) {
      refused++;
      tell(new Own.Frozen(order.move(), order.shard(), false, "it does not run here so"));
      return;
    }
    now.revoke();
    running.compareAndSet(order.shard(), now, null);
    now.move = order.move();
    now.holding = Holding.FROZEN;
    slot.run(() -> leave(now), () -> frozen(now, order));
  }

  private void frozen(Hosted now, Own.Freeze order) {
    if (now.move != order.move() || now.holding != Holding.FROZEN) {
      return; // thawed or dropped meanwhile
    }
    var failure = now.failure;
    if (failure != null) {
      tell(new Own.Frozen(order.move(), order.shard(), false, "it failed: " + failure));
      return;
    }
    var out = new OutMove(this, now, order);
    now.out = out;
    tell(new Own.Frozen(order.move(), order.shard(), true, ""));
    out.begin();
  }

  private void drop(Own.Drop order) {
    var slot = slots.get(order.shard());
    var now = slot == null ? null : slot.now;
    if (now != null && now.move == order.move() && now.holding != Holding.RUNNING) {
      stop(now, now.in == null ? StopReason.MOVED : StopReason.NEVER_RAN);
    }
    tell(new Own.Dropped(order.move()));
  }

  // --- users ---

  /**
   * Runs user code for a shard that runs here, in order and one at a time, if its permit holds when
   * its turn comes. Any thread.
   *
   * @param size bytes the code holds on to
   * @param refused told instead, once, that it did not run; on the lane, the loop or the caller
   */
  public void submit(
      int shard, int size, BiConsumer<Object, ShardPermit> use, Consumer<SennitException> refused) {
    var id = new ShardId(settings.type(), shard);
    var hosted = shard >= 0 && shard < settings.total() ? running.get(shard) : null;
    if (hosted == null) {
      refused.accept(new NotHostedException(id, "it is elsewhere, or nowhere"));
      return;
    }
    if (!hosted.slot.hasRoom()) {
      refused.accept(
          new io.sennit.core.RejectedException(
              "shard " + id + " has too much to do", ErrorContext.advice("Try again later.")));
      return;
    }
    var ran = new boolean[1];
    var answer =
        hosted.slot.offer(
            () -> {
              ran[0] = true;
              var permit = hosted.permit;
              var state = hosted.state;
              if (permit == null || state == null || !permit.isValid()) {
                refused.accept(new NotHostedException(id, "its permit is void"));
              } else {
                use.accept(state, permit);
              }
            },
            size,
            () -> {
              if (!ran[0]) {
                refused.accept(new NotHostedException(id, "the node ends"));
              }
            });
    if (answer != io.sennit.core.loop.Outbox.Offer.TAKEN) {
      refused.accept(new NotHostedException(id, "its lane is " + answer));
    }
  }

  /** What it has of each shard now; on the loop. */
  public Map<Integer, String> holdings() {
    var all = new TreeMap<Integer, String>();
    claims().forEach(c -> all.put(c.shard(), c.holding() + " " + c.epoch()));
    return all;
  }

  /** Asks that its shards be moved away, and tells when nothing is left here. */
  public void leave(Runnable empty) {
    leaving = true;
    whenEmpty.add(empty);
    tell(new Own.Leave());
    lookIfEmpty();
  }

  private void lookIfEmpty() {
    if (slots.values().stream().allMatch(s -> s.now == null && s.stopping.isEmpty())) {
      while (!whenEmpty.isEmpty()) {
        whenEmpty.poll().run();
      }
    }
  }

  /** Stops all shards, then the link; {@code ended} is told once, within some seconds. */
  public void close(Runnable ended) {
    if (closed) {
      ended.run();
      return;
    }
    closed = true;
    for (var slot : List.copyOf(slots.values())) {
      if (slot.now != null) {
        stop(slot.now, StopReason.CLOSING);
      }
    }
    var waiting = new int[] {1};
    Runnable one =
        () -> {
          if (--waiting[0] == 0) {
            finish(ended);
          }
        };
    for (var slot : slots.values()) {
      waiting[0]++;
      slot.lane.close(LANE_END, one);
    }
    one.run();
  }

  private void finish(Runnable ended) {
    lease.drop();
    redial.cancel();
    lapse.cancel();
    beat.cancel();
    identify.cancel();
    var to = port;
    port = null;
    connected = false;
    if (to != null) {
      to.close();
    }
    whenEmpty.forEach(Runnable::run);
    whenEmpty.clear();
    ended.run();
  }

  /** For a link that came here and is for nobody. */
  static CancelledException unwanted() {
    return new CancelledException("this link is for nobody here", ErrorContext.NONE);
  }
}
