package io.sennit.shards.engine;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.shards.MoveResult;
import io.sennit.shards.ShardNodeStatus;
import io.sennit.shards.ShardStatus;
import io.sennit.shards.ShardsStatus;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import io.sennit.shards.wire.IdentifiedData;
import io.sennit.shards.wire.IdentifyData;
import io.sennit.shards.wire.own.Hello;
import io.sennit.shards.wire.own.Hello.Claim;
import io.sennit.shards.wire.own.Own;
import io.sennit.shards.wire.own.Own.How;
import io.sennit.shards.wire.own.Welcome;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The orchestrator of one type of shards, docs/protocol/shards.md §5 to §8. It gives a permit only
 * when the one before is surely void: its holder said so, its lease has lapsed, or it is proven
 * dead. Belongs to the loop of its store. After a failure of the store it is of no use: a new one
 * is made from the journal.
 */
public final class OrchestratorEngine {
  private static final RareLog LOG = RareLog.of("io.sennit.shards.orchestrator");
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long TELL_AGAIN = TimeUnit.SECONDS.toNanos(2);
  private static final int MOST_LIVES = 4096;
  private static final long HOLD = TimeUnit.SECONDS.toNanos(5);
  private static final long FORGET = TimeUnit.MINUTES.toNanos(10);

  private final Loop loop;
  final OrchestratorSettings settings;
  private final Journal journal;
  private final Consumer<SennitException> failed;
  private final Decisions decisions;
  private final Owner[] owners;
  private final TreeMap<String, Life> lives = new TreeMap<>();
  private final TreeSet<String> cordons = new TreeSet<>();
  private final Loop.Timer tick;
  private final Runnable turnEnd = this::turnEnd;
  private final Mover mover;
  private long term;
  private long moveNumber;
  private long placeAt;
  private boolean placing;
  private boolean rebalancing;
  private boolean begun;
  private boolean over;
  private long badEvents;
  private long refusals;

  /**
   * Ready to be started.
   *
   * @param failed told once if the store fails; this engine has ended then
   */
  public OrchestratorEngine(
      Loop loop, OrchestratorSettings settings, Store store, Consumer<SennitException> failed) {
    this.loop = loop;
    this.settings = settings;
    this.failed = failed;
    this.journal = new Journal(store, this::storeFailed);
    this.decisions = new Decisions(loop);
    this.tick = loop.timer(this::tick);
    this.mover = new Mover(this, loop);
    this.owners = new Owner[settings.total()];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = new Owner(i);
    }
  }

  /** Reads the journal and begins a new term; nodes are taken in when {@code ready} is told. */
  public void start(Runnable ready, Consumer<SennitException> notReady) {
    journal.read(Done.of(found -> begin(found, ready, notReady), notReady::accept));
  }

  private void begin(Journal.Found found, Runnable ready, Consumer<SennitException> notReady) {
    if (found.total() != 0 && found.total() != settings.total()) {
      notReady.accept(
          new RejectedException(
              "the journal is of %d shards of '%s', not %d"
                  .formatted(found.total(), settings.type(), settings.total()),
              ErrorContext.advice("Another number of shards is not supported yet.")));
      return;
    }
    term = found.term() + 1;
    cordons.addAll(found.cordons());
    long now = loop.nanoTime();
    for (var owner : owners) {
      owner.again = now;
    }
    found
        .owners()
        .forEach(
            (shard, record) -> {
              var owner = owners[shard];
              owner.epoch = record.epoch();
              owner.holder = record.holder();
              owner.held = record.held();
              owner.wanted = record.wanted();
              if (owner.held) { // whoever held it may run it for one more lease
                lives.computeIfAbsent(owner.holder, Life::new).leaseEnd =
                    now + settings.takeOver().toNanos();
              }
            });
    journal.term(term, settings.total());
    journal.then(
        () -> {
          begun = true;
          placeAt = loop.nanoTime() + settings.settle().toNanos();
          tick.arm(TICK);
          ready.run();
        });
    journal.flush();
  }

  private void storeFailed(SennitException why) {
    close(why);
    failed.accept(why);
  }

  // --- nodes ---

  /** A node has said who it is; from now on its events come here. */
  public void identify(EventPort port, IdentifyData data) {
    var hello = data.sennit().map(Hello.CODEC::decode).orElse(null);
    var why = hello == null ? "it is no Sennit node" : objection(data, hello);
    if (hello == null || why != null) {
      refusals++;
      decisions.add("refused", -1, data.nodeId(), String.valueOf(why));
      port.send(Own.EVENT, Own.CODEC.encode(new Own.Refused(String.valueOf(why))));
      port.close();
      return;
    }
    var key = Life.key(data.nodeId(), hello.incarnation());
    var life = lives.computeIfAbsent(key, Life::new);
    var old = life.port;
    life.port = port;
    if (old != null) {
      old.abort(new DisconnectedException("the node has come again", ErrorContext.NONE));
    }
    life.version = data.version();
    life.address = hello.address();
    life.zone = hello.zone();
    life.capacity = hello.capacity();
    life.status = Life.Status.CONNECTED;
    life.leaseEnd = loop.nanoTime() + settings.takeOver().toNanos();
    port.hand(new Session(life));
    decisions.add("node", -1, life.id, "identified from " + port.peer());
    welcome(life, port, hello);
    placeAt = Math.max(placeAt, loop.nanoTime() + settings.settle().toNanos());
    place();
  }

  /**
   * An original node has said who it is. It has no lease: its shards are given away when it was
   * lost for the time of a take-over. Refused ones are held and told nothing, as closing at once
   * makes them dial again at once.
   */
  void identifyOriginal(EventPort port, IdentifyData data) {
    var why = originalObjection(data);
    if (why != null) {
      refusals++;
      decisions.add("refused", -1, data.nodeId(), why);
      hold(port);
      return;
    }
    var life = lives.computeIfAbsent(Life.key(data.nodeId(), Life.ORIGINAL), Life::new);
    var old = life.original;
    if (old != null) {
      hold(old.port());
    }
    var node = new OriginalNode(this, life, port, loop);
    life.original = node;
    port.hand(node);
    life.version = data.version();
    life.capacity = Integer.MAX_VALUE;
    life.status = Life.Status.CONNECTED;
    life.leaseEnd = loop.nanoTime();
    port.send(
        EventType.IDENTIFIED,
        new EventRegistry()
            .encodeBody(EventType.IDENTIFIED, IdentifiedData.of(settings.total(), life.id)));
    decisions.add("node", -1, life.id, "an original node, identified from " + port.peer());
    var claimed = new TreeSet<>(data.running());
    for (var owner : owners) {
      boolean here = claimed.contains(owner.shard);
      boolean own = owner.held && owner.holder.equals(life.key);
      if (own && here && !owner.running && !owner.committing) {
        heard(life, new Own.Granted(owner.shard, owner.epoch, true, ""));
      } else if (own && !here && !owner.committing) {
        free(owner, "the node came without it");
      } else if (here && !own && !owner.held && owner.move == null && owner.wanted) {
        adopt(owner, life);
      } else if (here && !own) { // another has it: this one must stop
        decisions.add("release", owner.shard, life.id, "it runs elsewhere, or shall not run");
        node.order(new Own.Release(owner.shard, 0, false));
      }
    }
    placeAt = Math.max(placeAt, loop.nanoTime() + settings.settle().toNanos());
    place();
  }

  /** A shard that an original node runs and nobody else has: it is written down as it is. */
  private void adopt(Owner owner, Life life) {
    grant(owner, life, How.THAW, 0, "the node runs it already");
  }

  private @Nullable String originalObjection(IdentifyData data) {
    if (!begun || over) {
      return "the orchestrator is not ready";
    }
    if (data.orchestratorLogicVersion() != IdentifyData.LOGIC_VERSION) {
      return "its version of the protocol is " + data.orchestratorLogicVersion();
    }
    if (data.totalShards() != 0 && data.totalShards() != settings.total()) {
      return "it knows " + data.totalShards() + " shards, and there are " + settings.total();
    }
    if (data.nodeId().isEmpty() || data.nodeId().length() > 200) {
      return "a node needs a name of 1 to 200 characters";
    }
    if (lives.size() >= MOST_LIVES) {
      return "there are " + MOST_LIVES + " nodes already";
    }
    var seen = new TreeSet<Integer>();
    for (int shard : data.running()) {
      if (!inRange(shard) || !seen.add(shard)) {
        return "it claims shard " + shard + " of " + settings.total() + ", or twice";
      }
    }
    return null;
  }

  /** Says and hears nothing more, and ends it after a while. */
  private void hold(EventPort port) {
    port.hand(new Held());
    loop.timer(port::close).arm(HOLD);
  }

  private static final class Held implements EventPort.User {
    @Override
    public void event(EventPort from, EventMessage message) {}

    @Override
    public void bad(EventPort from, ProtocolException why) {}

    @Override
    public void closed(EventPort from, Optional<SennitException> why) {}
  }

  /** An original node's link has ended. */
  void lost(Life life, OriginalNode node, Optional<SennitException> why) {
    if (life.original == node) {
      life.original = null;
      life.status = Life.Status.SILENT;
      life.leaseEnd = loop.nanoTime() + settings.takeOver().toNanos();
      decisions.add(
          "node", -1, life.id, "lost: " + why.map(SennitException::what).orElse("it left"));
    }
  }

  void bad(Life life, ProtocolException why) {
    badEvents++;
    LOG.log(
        loop.nanoTime(),
        Level.WARNING,
        "an event from " + life.id + " was dropped: " + why.getMessage(),
        null);
  }

  /** The original node that a move brings a shard to, if it is one. */
  @Nullable OriginalNode original(long move) {
    var to = mover.destination(move);
    return to == null ? null : to.original;
  }

  private @Nullable String objection(IdentifyData data, Hello hello) {
    if (!begun || over) {
      return "the orchestrator is not ready";
    }
    if (!hello.type().equals(settings.type())) {
      return "it hosts '" + hello.type() + "', not '" + settings.type() + "'";
    }
    if (data.totalShards() != settings.total()) {
      return "it knows " + data.totalShards() + " shards, and there are " + settings.total();
    }
    if (data.nodeId().isEmpty()
        || data.nodeId().length() > 200
        || hello.incarnation().isEmpty()
        || hello.incarnation().length() > 100) {
      return "a node needs a name of 1 to 200 characters and an incarnation";
    }
    if (lives.size() >= MOST_LIVES) {
      return "there are " + MOST_LIVES + " nodes already";
    }
    var seen = new TreeSet<Long>();
    for (var claim : hello.claims()) {
      if (claim.shard() < 0 || claim.shard() >= settings.total()) {
        return "it claims shard " + claim.shard() + " of " + settings.total();
      }
      boolean twice = !seen.add((long) claim.shard() << 3 | claim.holding().ordinal());
      if (twice && claim.holding() != Hello.Holding.STOPPING) {
        return "it claims shard " + claim.shard() + " twice";
      }
    }
    return null;
  }

  private void welcome(Life life, EventPort port, Hello hello) {
    var keeps = new ArrayList<Welcome.Keep>();
    var claimed = new TreeMap<Integer, Claim>();
    for (var claim : hello.claims()) {
      var owner = owners[claim.shard()];
      boolean own = owner.held && owner.holder.equals(life.key);
      if (claim.holding() == Hello.Holding.RUNNING && own && owner.epoch == claim.epoch()) {
        keeps.add(new Welcome.Keep(claim.shard(), claim.epoch()));
      }
      // of several holdings the one that matters most for what may still run
      claimed.merge(claim.shard(), claim, (a, b) -> rank(b) < rank(a) ? b : a);
    }
    port.send(
        EventType.IDENTIFIED,
        new EventRegistry()
            .encodeBody(
                EventType.IDENTIFIED,
                new IdentifiedData(
                    settings.total(),
                    life.id,
                    Optional.of(
                        Welcome.CODEC.encode(
                            new Welcome(
                                settings.nodeLease().toMillis(),
                                settings.beat().toMillis(),
                                keeps))))));
    for (var owner : owners) {
      if (owner.held && owner.holder.equals(life.key) && !owner.committing) {
        settle(owner, life, claimed.get(owner.shard));
      }
    }
    for (var claim : hello.claims()) {
      if (claim.move() != 0) {
        mover.claimed(life, owners[claim.shard()], claim);
      }
    }
  }

  private static int rank(Claim claim) {
    return switch (claim.holding()) {
      case RUNNING -> 0;
      case STOPPING -> 1;
      case FROZEN -> 2;
      case RECEIVED -> 3;
      case INCOMING -> 4;
    };
  }

  /** What becomes of a permit of a node that has come again, by what the node claims. */
  private void settle(Owner owner, Life life, @Nullable Claim claim) {
    if (claim != null && claim.holding() == Hello.Holding.STOPPING) {
      return; // Released follows
    }
    if (claim != null && claim.holding() == Hello.Holding.RUNNING) {
      if (claim.epoch() != owner.epoch) { // it never got the newest permit, and stops the older
        release(owner, life, "an older permit is stopped");
      }
      return;
    }
    if (owner.move != null || (claim != null && claim.move() != 0)) {
      return; // its move decides
    }
    // it runs nothing of it, and what was sent on the old link never comes
    free(owner, "the node came without it");
  }

  /** What a node says once it has been taken in. */
  private final class Session implements EventPort.User {
    private final Life life;

    Session(Life life) {
      this.life = life;
    }

    @Override
    public void event(EventPort from, EventMessage message) {
      if (from != life.port || over) {
        return;
      }
      if (message instanceof EventMessage.Raw raw && raw.type().equals(Own.EVENT)) {
        heard(life, Own.CODEC.decode(raw.rawBody()));
      } else {
        bad(from, new ProtocolException("event", -1, message.type() + " is not expected"));
      }
    }

    @Override
    public void bad(EventPort from, ProtocolException why) {
      badEvents++;
      LOG.log(
          loop.nanoTime(),
          Level.WARNING,
          "an event from " + life.id + " was dropped: " + why.getMessage(),
          null);
    }

    @Override
    public void closed(EventPort from, Optional<SennitException> why) {
      if (from == life.port) {
        life.port = null;
        if (life.status == Life.Status.CONNECTED) {
          life.status = Life.Status.SILENT;
        }
        decisions.add(
            "node", -1, life.id, "lost: " + why.map(SennitException::what).orElse("it left"));
      }
    }
  }

  void heard(Life life, Own what) {
    switch (what) {
      case Own.Beat b -> {
        if (!life.isOriginal() && life.status == Life.Status.CONNECTED) {
          life.leaseEnd = loop.nanoTime() + settings.takeOver().toNanos();
          tell(life, new Own.BeatTaken(b.number()));
        }
      }
      case Own.Granted g when inRange(g.shard()) -> granted(life, owners[g.shard()], g);
      case Own.Released r when inRange(r.shard()) -> released(life, owners[r.shard()], r);
      case Own.Frozen f when inRange(f.shard()) -> mover.frozen(life, f);
      case Own.Reserved r -> mover.reserved(life, r);
      case Own.Sent s -> mover.sent(life, s);
      case Own.Progress p -> mover.progress(life, p);
      case Own.Received r -> mover.received(life, r);
      case Own.Dropped _ -> {}
      case Own.Leave _ -> {
        if (!life.leaving) {
          life.leaving = true;
          decisions.add("drain", -1, life.id, "the node wants to end");
          place();
        }
      }
      default -> {
        badEvents++;
        LOG.log(loop.nanoTime(), Level.WARNING, "not for an orchestrator: " + what, null);
      }
    }
  }

  private boolean inRange(int shard) {
    return shard >= 0 && shard < settings.total();
  }

  /** Sends, if the life has a link. */
  void tell(Life life, Own what) {
    var original = life.original;
    if (original != null) {
      original.order(what);
      return;
    }
    var to = life.port;
    if (to != null) {
      to.send(Own.EVENT, Own.CODEC.encode(what));
    }
  }

  // --- permits ---

  /**
   * Gives a permit: writes it down, then sends it. Only for a shard whose permit is void, or to the
   * life that has it.
   */
  void grant(Owner owner, Life to, How how, long move, String why) {
    if (owner.held && !owner.holder.equals(to.key)) {
      throw new IllegalStateException(
          "shard " + owner.shard + " may still run at " + owner.holder + ", not yet at " + to.key);
    }
    owner.epoch++;
    owner.holder = to.key;
    owner.held = true;
    owner.running = false;
    owner.releasing = false;
    owner.committing = true;
    var grant = new Own.Grant(owner.shard, owner.epoch, how, move);
    owner.sent = grant;
    decisions.add("grant", owner.shard, to.id, "epoch " + owner.epoch + ", " + how + ": " + why);
    journal.owner(owner);
    journal.then(
        () -> {
          owner.committing = false;
          owner.again = loop.nanoTime() + TELL_AGAIN;
          if (to.status == Life.Status.OVER) {
            free(owner, "the node ended before it was told");
          } else {
            tell(to, grant);
          }
        });
    loop.atTurnEnd(turnEnd);
  }

  private void granted(Life life, Owner owner, Own.Granted answer) {
    if (!owner.held
        || !owner.holder.equals(life.key)
        || owner.epoch != answer.epoch()
        || owner.releasing) {
      return;
    }
    if (answer.ok()) {
      if (!owner.running) {
        owner.running = true;
        owner.failures = 0;
        decisions.add("running", owner.shard, life.id, "epoch " + owner.epoch);
        mover.running(owner, life);
        place();
      }
      return;
    }
    owner.failures++;
    owner.again =
        loop.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100L << Math.min(owner.failures, 6));
    free(owner, "the node refused: " + answer.why());
  }

  private void released(Life life, Owner owner, Own.Released answer) {
    if (owner.held
        && owner.holder.equals(life.key)
        && answer.epoch() >= owner.epoch
        && !owner.committing) {
      free(owner, "the node stopped it");
    }
  }

  /** Tells a node to stop what it has of a shard. */
  void release(Owner owner, Life life, String why) {
    owner.releasing = true;
    owner.running = false;
    owner.again = loop.nanoTime() + TELL_AGAIN;
    decisions.add("release", owner.shard, life.id, why);
    tell(life, new Own.Release(owner.shard, owner.epoch, false));
  }

  /** The permit is surely void. */
  void free(Owner owner, String why) {
    owner.held = false;
    owner.running = false;
    owner.releasing = false;
    owner.sent = null;
    if (owner.failures == 0) {
      owner.again = loop.nanoTime();
    }
    decisions.add("free", owner.shard, idOf(owner.holder), why);
    journal.owner(owner);
    mover.freed(owner);
    place();
  }

  private static String idOf(String key) {
    return key.isEmpty() ? "" : new Life(key).id;
  }

  /** The origin confirmed that it froze: its permit is void though the move goes on. */
  void frozen(Owner owner) {
    owner.held = false;
    owner.running = false;
    owner.sent = null;
  }

  @Nullable Life life(String key) {
    return lives.get(key);
  }

  Decisions log() {
    return decisions;
  }

  /** Nothing that this life was permitted holds any more. */
  private void end(Life life, String why) {
    if (life.status == Life.Status.OVER) {
      return;
    }
    life.status = Life.Status.OVER;
    life.leaseEnd = loop.nanoTime();
    decisions.add("lapse", -1, life.id, why);
    var link = life.original == null ? life.port : life.original.port();
    life.port = null;
    life.original = null;
    if (link != null) {
      link.abort(new DisconnectedException(why, ErrorContext.peer(life.id)));
    }
    for (var owner : owners) {
      if (owner.held && owner.holder.equals(life.key) && !owner.committing) {
        free(owner, why);
      }
    }
    mover.over(life);
  }

  /** A launcher saw that life of the node end, or it is proven otherwise. */
  public void died(String incarnation) {
    for (var life : List.copyOf(lives.values())) {
      if (life.incarnation.equals(incarnation)) {
        end(life, "it is proven dead");
      }
    }
  }

  // --- time ---

  private void tick() {
    if (over) {
      return;
    }
    long now = loop.nanoTime();
    for (var life : List.copyOf(lives.values())) {
      boolean renewed = life.original != null; // as long as its link stands
      if (!renewed && life.status != Life.Status.OVER && now - life.leaseEnd >= 0) {
        end(life, "its lease lapsed");
      } else if (life.status == Life.Status.OVER && now - life.leaseEnd > FORGET) {
        lives.remove(life.key);
      }
    }
    for (var owner : owners) {
      var life = owner.held && !owner.committing ? lives.get(owner.holder) : null;
      if (life == null || owner.running || now - owner.again < 0) {
        continue;
      }
      owner.again = now + TELL_AGAIN;
      if (owner.releasing) {
        tell(life, new Own.Release(owner.shard, owner.epoch, false));
      } else if (owner.sent != null) {
        tell(life, owner.sent);
      }
    }
    mover.tick(now);
    place();
    tick.arm(TICK);
  }

  /** Looks, at the end of this turn, for shards that should run and for nodes to be emptied. */
  void place() {
    placing = true;
    loop.atTurnEnd(turnEnd);
  }

  private void turnEnd() {
    if (over) {
      return;
    }
    if (placing) {
      placing = false;
      placeNow();
    }
    journal.flush();
  }

  private void placeNow() {
    long now = loop.nanoTime();
    if (now - placeAt < 0) {
      return; // the tick looks again
    }
    Placement placement = null;
    for (var owner : owners) {
      if (owner.held || !owner.wanted || owner.move != null || now - owner.again < 0) {
        continue;
      }
      if (placement == null) {
        placement = placement();
      }
      var node = placement.next();
      if (node == null) {
        return;
      }
      grant(owner, node, How.START, 0, "it should run");
    }
    evacuate();
    even();
  }

  /** Moves from the fullest to the emptiest node, within the limits, until they differ by one. */
  private void even() {
    if (!rebalancing) {
      return;
    }
    var placement = placement();
    for (var owner : owners) {
      var most = placement.most();
      var least = placement.least();
      if (most == null || least == null || placement.shards(most) - placement.shards(least) < 2) {
        if (mover.count() == 0) {
          rebalancing = false;
          decisions.add("rebalance", -1, "", "the nodes are even");
        }
        return;
      }
      if (owner.running
          && owner.held
          && owner.move == null
          && owner.holder.equals(most.key)
          && most.isOriginal() == least.isOriginal()
          && mover.hasRoom(most)
          && mover.hasRoom(least)) {
        placement.moved(most, least);
        mover.begin(owner, most, least, "the nodes are uneven", _ -> place());
      }
    }
  }

  Placement placement() {
    return new Placement(
        lives.values(), owners, life -> !life.leaving && !cordons.contains(life.id));
  }

  /** Moves what runs on nodes that want to end, within the limits of moves. */
  private void evacuate() {
    if (lives.values().stream().noneMatch(l -> l.leaving && l.isConnected())) {
      return;
    }
    var placement = placement();
    for (var owner : owners) {
      var life = owner.running ? lives.get(owner.holder) : null;
      if (life == null || !life.leaving || owner.move != null || !owner.held) {
        continue;
      }
      if (!mover.hasRoom(life)) {
        continue;
      }
      var to = placement.least();
      if (to == null) {
        return;
      }
      if (mover.hasRoom(to) && to.isOriginal() == life.isOriginal()) {
        placement.next();
        mover.begin(owner, life, to, "its node wants to end", _ -> place());
      }
    }
  }

  // --- what people ask ---

  private Owner owner(int shard) {
    if (!inRange(shard)) {
      throw refused("shard " + shard + " is not from 0 to " + (settings.total() - 1));
    }
    return owners[shard];
  }

  static RejectedException refused(String why) {
    return new RejectedException(why, ErrorContext.advice(""));
  }

  /** The newest connected life of a node. */
  Life node(String id) {
    Life found = null;
    for (var life : lives.values()) {
      if (life.id.equals(id) && (found == null || life.isConnected())) {
        found = life;
      }
    }
    if (found == null) {
      throw refused("unknown node '" + id + "'");
    }
    if (!found.isConnected()) {
      throw refused("node '" + id + "' is not connected");
    }
    return found;
  }

  /** Lets a shard run again, at a node or wherever there is room. */
  public void startShard(int shard, Optional<String> at) {
    var owner = owner(shard);
    if (owner.held || owner.move != null) {
      throw refused("shard " + shard + " runs already, or may still run, at " + idOf(owner.holder));
    }
    var to = at.map(this::node);
    owner.wanted = true;
    owner.again = loop.nanoTime();
    if (to.isPresent()) {
      grant(owner, to.get(), How.START, 0, "ordered");
    } else {
      journal.owner(owner);
      place();
    }
  }

  /** Stops a shard until it is started again. */
  public void stopShard(int shard) {
    var owner = owner(shard);
    if (owner.move != null) {
      throw refused("shard " + shard + " is being moved");
    }
    owner.wanted = false;
    journal.owner(owner);
    loop.atTurnEnd(turnEnd);
    var life = owner.held ? lives.get(owner.holder) : null;
    if (life != null && !owner.committing) {
      release(owner, life, "ordered to stop");
    }
  }

  /**
   * Moves a shard with its state.
   *
   * @throws RejectedException saying why it cannot begin
   */
  public void move(int shard, String to, Consumer<MoveResult> told) {
    var owner = owner(shard);
    var target = node(to);
    var from = owner.held ? lives.get(owner.holder) : null;
    if (owner.move != null) {
      throw refused("shard " + shard + " is being moved already");
    }
    if (from == null || !owner.running) {
      throw refused("shard " + shard + " does not run now");
    }
    if (!from.isConnected()) {
      throw refused("node '" + from.id + "', where it runs, is not connected");
    }
    if (from.isOriginal() != target.isOriginal()) {
      throw refused("an original node and a Sennit node cannot hand a state to each other");
    }
    if (from == target) {
      throw refused("shard " + shard + " runs on node '" + to + "' already");
    }
    if (!mover.hasRoom(from) || !mover.hasRoom(target)) {
      throw refused("the nodes are busy with as many moves as are allowed");
    }
    if (placement().shards(target) >= target.capacity) {
      throw refused("node '" + to + "' is full");
    }
    mover.begin(owner, from, target, "ordered", told);
  }

  /** Gives a node nothing new, or lifts that; kept in the journal. */
  public void cordon(String id, boolean on) {
    if (on ? cordons.add(id) : cordons.remove(id)) {
      journal.cordon(id, on);
      decisions.add("cordon", -1, id, on ? "it is given nothing new" : "lifted");
      place();
    }
  }

  /** Moves shards from full nodes to empty ones until they differ by one at most. */
  public void rebalance() {
    rebalancing = true;
    decisions.add("rebalance", -1, "", "ordered");
    place();
  }

  /** Moves all shards away from a node. */
  public void drain(String id) {
    var life = node(id);
    life.leaving = true;
    decisions.add("drain", -1, id, "ordered");
    place();
  }

  /** The last decisions, and new ones. */
  public Decisions decisions() {
    return decisions;
  }

  /** Events of nodes that had no meaning, so far. */
  public long badEvents() {
    return badEvents;
  }

  /** Nodes that were not taken in, so far. */
  public long refusals() {
    return refusals;
  }

  /** How all stands now. */
  public ShardsStatus status() {
    var placement = placement();
    var nodes = new ArrayList<ShardNodeStatus>();
    for (var life : lives.values()) {
      nodes.add(
          new ShardNodeStatus(
              life.id,
              life.incarnation,
              life.version,
              life.address,
              life.zone,
              life.isConnected(),
              life.status == Life.Status.OVER,
              cordons.contains(life.id) || life.leaving,
              placement.shards(life),
              life.capacity));
    }
    var shards = new ArrayList<ShardStatus>();
    for (var owner : owners) {
      shards.add(
          new ShardStatus(
              owner.shard,
              owner.held || owner.move != null ? idOf(owner.holder) : "",
              owner.epoch,
              state(owner)));
    }
    return new ShardsStatus(settings.type(), settings.total(), term, nodes, shards, mover.count());
  }

  private static String state(Owner owner) {
    if (owner.move != null) {
      return "moving";
    }
    if (owner.running) {
      return "running";
    }
    if (owner.releasing) {
      return "stopping";
    }
    if (owner.held) {
      return owner.sent == null ? "waiting" : "starting";
    }
    return owner.wanted ? "waiting" : "stopped";
  }

  long nextMove() {
    return (term << 32) + ++moveNumber;
  }

  /** Ends all links; what nodes run they go on running within their leases. */
  public void close(SennitException why) {
    if (over) {
      return;
    }
    over = true;
    tick.cancel();
    mover.close(why);
    for (var life : lives.values()) {
      var link = life.original == null ? life.port : life.original.port();
      life.port = null;
      life.original = null;
      if (link != null) {
        link.abort(why);
      }
    }
  }
}
