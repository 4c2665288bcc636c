package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.GroupStatus;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.causal.wire.CausalFrame;
import io.sennit.causal.wire.CausalFraming;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.CancelledException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Peer;
import io.sennit.core.spi.Store;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group, on one loop: publishes, passes on, takes in, and keeps what the others may
 * still need (docs/protocol/causal.md). It runs while its store is open; when that fails, whatever
 * was not durable is thrown away, links end, and the next opening begins from what is durable.
 *
 * <p>Each member sends its own operations to all others. What is missing beyond that is asked for,
 * from whoever has it: after a link was lost, when a buffer was full, when the publisher is gone.
 */
public final class GroupEngine implements Pipeline.Listener {
  private static final int BATCH = 48 << 10;
  private static final int RECENT = 4 << 20;
  private static final long RETRY_NANOS = 1_000_000_000L;

  private final Loop loop;
  private final Links links;
  private final GroupSettings settings;
  private final Application application;
  private final BiPredicate<Peer, String> identity;
  private final SortedMap<String, Member> members = new TreeMap<>(); // without this one
  private final Counts counts = new Counts();
  private final Loop.Timer ticker;
  private final Loop.Timer puller;
  private final Loop.Timer retry;
  private final Runnable tellAll = this::tellAll;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private final List<Watch> watches = new ArrayList<>();
  private final TreeMap<Origin, Long> fresh = new TreeMap<>(); // durable and not yet acknowledged
  private @Nullable Store lastStore;
  private @Nullable Journal journal; // while the store is open
  private @Nullable Pipeline pipeline; // while it runs
  private LogIndex index = new LogIndex(0);
  private DeferredOps deferred;
  private RecentOps recent = new RecentOps(RECENT);
  private Clock takenBefore = new Clock(); // at the last look for gaps
  private int asksNext;
  private boolean readsPaused;
  private boolean cutting;
  private boolean closed;

  /** Where the log ended at a time. */
  private record Mark(long nanos, long position) {}

  /** Somebody who waits until members have an operation. */
  private record Watch(Dot dot, List<String> who, Done<List<String>> done, Loop.Timer limit) {}

  /**
   * Not yet running; {@link #opened} begins.
   *
   * @param identity whether a link's other end may speak for a member
   */
  public GroupEngine(
      Loop loop,
      Links links,
      GroupSettings settings,
      Application application,
      BiPredicate<Peer, String> identity) {
    this.loop = loop;
    this.links = links;
    this.settings = settings;
    this.application = application;
    this.identity = identity;
    this.deferred = new DeferredOps(settings.maxDeferred());
    this.ticker = loop.timer(this::tick);
    this.puller = loop.timer(this::pull);
    this.retry = loop.timer(this::tryAgain);
    settings
        .members()
        .forEach(
            (name, address) -> {
              if (!name.equals(settings.me())) {
                var holder = new Member[1];
                holder[0] = new Member(name, address, loop.timer(() -> dial(holder[0])));
                members.put(name, holder[0]);
              }
            });
  }

  /** What it was told. */
  public GroupSettings settings() {
    return settings;
  }

  Counts counts() {
    return counts;
  }

  /** What is durable here; empty while it does not run. */
  Clock durable() {
    return pipeline == null ? new Clock() : pipeline.durable();
  }

  SortedMap<String, Member> members() {
    return members;
  }

  DeferredOps deferred() {
    return deferred;
  }

  LogIndex index() {
    return index;
  }

  @Nullable Pipeline pipeline() {
    return pipeline;
  }

  /** Whether its store is open and read. */
  public boolean isRunning() {
    return pipeline != null;
  }

  // --- life

  /** The store is open, for the first time or again. */
  public void opened(Store store) {
    if (closed) {
      return;
    }
    lastStore = store;
    retry.cancel();
    var opening = new Journal(store, settings, loop.secrets().nextLong());
    journal = opening;
    opening.open(
        application,
        Done.of(
            found -> {
              if (journal == opening && !closed) {
                application.opened();
                begin(opening, found);
              }
            },
            why -> {
              if (journal == opening) {
                failed(why);
              }
            }));
  }

  private void begin(Journal opening, Journal.Found found) {
    index = found.index;
    recent = new RecentOps(RECENT);
    deferred = new DeferredOps(settings.maxDeferred());
    pipeline = new Pipeline(loop, settings, opening, found, application, counts, this);
    takenBefore = pipeline.taken().copy();
    marks.clear();
    readsPaused = false;
    cutting = false;
    fresh.clear();
    ticker.arm(settings.tick().toNanos());
    puller.arm(settings.pull().toNanos());
    for (var member : members.values()) {
      member.heard = false;
      if (dials(member)) {
        dial(member);
      }
    }
  }

  /**
   * The store failed, and {@link #opened} follows when it is open again; or a read or commit failed
   * alone, and the same store is tried again.
   */
  @Override
  public void failed(SennitException why) {
    journal = null;
    counts.reopened++;
    stop(why);
    application.stopped(why);
    if (!closed) {
      retry.arm(RETRY_NANOS);
    }
  }

  private void tryAgain() {
    if (journal == null && lastStore != null) {
      opened(lastStore);
    }
  }

  /** Ends it for good. */
  public void close() {
    closed = true;
    journal = null;
    retry.cancel();
    stop(new CancelledException("the group was closed", ErrorContext.NONE));
  }

  private void stop(SennitException why) {
    var running = pipeline;
    pipeline = null;
    ticker.cancel();
    puller.cancel();
    for (var member : members.values()) {
      member.redial.cancel();
      var link = member.link;
      member.link = null;
      member.reading = false;
      if (link != null) {
        link.abort(new DisconnectedException("this member stopped", ErrorContext.NONE));
      }
    }
    if (running != null) {
      running.end(why);
    }
    for (var watch : List.copyOf(watches)) {
      settle(watch);
    }
  }

  // --- publishing

  /** Publishes; the answer comes when the operation is durable here, or cannot be. */
  public void publish(byte[] payload, Octets id, Done<Stamp> done) {
    var running = pipeline;
    if (running == null) {
      done.failed(refusal("the group's store is not open", "Try again once it is"));
    } else if (payload.length > settings.maxOp() || id.length() > OpRecord.MAX_ID) {
      done.failed(refusal(payload.length + " bytes are too long", "Publish less at once"));
    } else if (!running.canStamp()) {
      done.failed(refusal("too many origins are new here", "Move on to a new group"));
    } else if (!running.hasRoom()) {
      done.failed(refusal("too much waits to be made durable", "Wait and try again"));
    } else {
      running.publish(payload, id, done);
    }
  }

  private RejectedException refusal(String what, String advice) {
    return new RejectedException(
        what,
        new ErrorContext(
            "", "publish in " + settings.group(), Duration.ZERO, Outcome.DID_NOT_RUN, advice));
  }

  /** Answers when all of these members have an operation, or with those that have not in time. */
  public void awaitVisible(Dot dot, List<String> who, long nanos, Done<List<String>> done) {
    var holder = new Watch[1];
    var watch = new Watch(dot, List.copyOf(who), done, loop.timer(() -> settle(holder[0])));
    holder[0] = watch;
    watches.add(watch);
    watch.limit.arm(nanos);
    lookAt(watch);
  }

  private void lookAt(Watch watch) {
    if (lacking(watch).isEmpty()) {
      settle(watch);
    }
  }

  private void settle(Watch watch) {
    if (watches.remove(watch)) {
      watch.limit.cancel();
      watch.done.ok(lacking(watch));
    }
  }

  private List<String> lacking(Watch watch) {
    return watch.who.stream().filter(name -> !has(name, watch.dot)).toList();
  }

  private boolean has(String name, Dot dot) {
    if (name.equals(settings.me())) {
      return durable().has(dot);
    }
    var member = members.get(name);
    return member != null && member.heard && member.acked.has(dot);
  }

  // --- links

  private boolean dials(Member member) {
    return settings.me().compareTo(member.name) < 0;
  }

  private LinkSpec spec() {
    return spec(settings);
  }

  /** How links between members are bounded. */
  public static LinkSpec spec(GroupSettings settings) {
    return LinkSpec.of(CausalFraming.INSTANCE)
        .withBounds(settings.maxOp() + GroupSettings.FRAME_ROOM, 4L << 20);
  }

  private void dial(Member member) {
    if (pipeline != null && !member.isConnected()) {
      links.dial(loop, member.address, spec(), new Peering(this, member, maxFrame(), maxOp()));
    }
  }

  /** Bytes of the longest frame. */
  public int maxFrame() {
    return settings.maxOp() + GroupSettings.FRAME_ROOM;
  }

  /** Bytes of the longest operation with its stamp. */
  public int maxOp() {
    return settings.maxOp() + GroupSettings.STAMP_ROOM;
  }

  void sayHello(Link link) {
    if (pipeline == null) {
      link.abort(new DisconnectedException("this member stopped", ErrorContext.NONE));
      return;
    }
    Peering.write(
        link, new CausalFrame.Hello(settings.group(), settings.me(), pipeline.durable().seqs()));
  }

  /** A link was not opened, or not taken in. */
  void notReached(Member member) {
    if (pipeline != null && dials(member) && !member.isConnected()) {
      member.failures++;
      member.redial.arm(settings.backoff().nanos(member.failures, loop.random()));
    }
  }

  /** The first frame of the other side; the member it speaks for, or null if it may not. */
  @Nullable Member greeted(Link link, CausalFrame.Hello hello, @Nullable Member dialed) {
    var member = members.get(hello.member());
    var running = pipeline;
    if (dialed != null && dialed != member) {
      counts.misdirected++; // its name led elsewhere
      return null;
    }
    if (member == null
        || !hello.group().equals(settings.group())
        || !identity.test(link.peer(), hello.member())
        || !knows(hello.clock())) {
      counts.refused++;
      return null;
    }
    if (running == null) {
      return null;
    }
    if (dialed == null) {
      sayHello(link);
    }
    var before = member.link;
    member.greeted(link, new Clock(hello.clock()), index, loop.nanoTime());
    member.cursor = index.firstBeyond(member.sent, this::isMine);
    member.relayEnd = member.cursor;
    member.reading = false;
    if (before != null && before != link) {
      before.abort(new DisconnectedException("a newer link took its place", ErrorContext.NONE));
    }
    if (readsPaused) {
      link.read(false);
    }
    fill(member);
    watches();
    return member;
  }

  private boolean isMine(Origin origin) {
    return origin.member().equals(settings.me());
  }

  private boolean knows(SortedMap<Origin, Long> clock) {
    return clock.keySet().stream().allMatch(this::knows);
  }

  private boolean knows(Origin origin) {
    return settings.members().containsKey(origin.member());
  }

  void malformed() {
    counts.malformed++;
  }

  void closed(Link link, Member member) {
    if (member.link == link) {
      member.link = null;
      member.reading = false;
      notReached(member);
    }
  }

  // --- taking in

  void received(Link link, Member from, CausalFrame frame) {
    var running = pipeline;
    if (running == null || from.link != link) {
      return; // it has been replaced, and ends
    }
    from.lastHeard = loop.nanoTime();
    switch (frame) {
      case CausalFrame.Hello _ -> refuse(link, "a second hello");
      case CausalFrame.Ops(var ops) -> {
        from.opsReceived += ops.size();
        for (var op : ops) {
          if (!take(running, op)) {
            refuse(link, "operation " + op);
            return;
          }
        }
        if (!running.hasRoom() && !readsPaused) {
          readsPaused = true;
          reads(false);
        }
      }
      case CausalFrame.Ack(var clock) -> {
        if (!knows(clock)) {
          refuse(link, "a clock that names strangers");
          return;
        }
        from.acked.raise(clock);
        from.sent.raise(clock);
        watches();
      }
      case CausalFrame.Want(var clock) -> {
        if (!knows(clock)) {
          refuse(link, "a clock that names strangers");
          return;
        }
        from.sent = new Clock(clock);
        from.cursor = Math.min(from.cursor, index.firstBeyond(from.sent, _ -> true));
        from.relayEnd = index.next();
        fill(from);
      }
    }
  }

  private void refuse(Link link, String what) {
    counts.refused++;
    link.abort(
        new RejectedException(
            what + " is not acceptable", ErrorContext.peer(link.peer().address().toString())));
  }

  /** Takes in an operation, or keeps it until its turn; false: nobody may send such a thing. */
  private boolean take(Pipeline running, OpRecord op) {
    var origin = op.dot().origin();
    boolean stranger = !knows(origin) || op.after().stream().anyMatch(dot -> !knows(dot.origin()));
    boolean mine = origin.equals(running.origin()) && !running.taken().has(op.dot());
    if (stranger || mine) {
      return false;
    }
    if (op.dot().seq() - running.taken().get(origin) > settings.leap()) {
      counts.leaps++;
      return false;
    }
    var work = new ArrayDeque<OpRecord>();
    work.add(op);
    while (!work.isEmpty()) {
      var one = work.remove();
      if (running.taken().has(one.dot()) && !settings.has(Defect.NO_DUPLICATE_CHECK)) {
        counts.duplicates++;
        continue;
      }
      var missing = firstMissing(running.taken(), one);
      if (missing == null) {
        running.receive(one);
        var released = deferred.release(one.dot());
        if (!settings.has(Defect.DEFERRED_LOST)) {
          work.addAll(released);
        } else {
          released.forEach(lost -> running.taken().raise(lost.dot().origin(), lost.dot().seq()));
        }
      } else if (deferred.holds(one.dot())) {
        counts.duplicates++;
      } else {
        counts.deferred++;
        deferred.add(one, missing, loop.nanoTime());
      }
    }
    return true;
  }

  private @Nullable Dot firstMissing(Clock taken, OpRecord op) {
    var dot = op.dot();
    if (taken.get(dot.origin()) < dot.seq() - 1) {
      return new Dot(dot.origin(), dot.seq() - 1);
    }
    if (!settings.has(Defect.NO_CAUSAL_CHECK)) {
      for (var needed : op.after()) {
        if (!taken.has(needed)) {
          return needed;
        }
      }
    }
    return null;
  }

  private void reads(boolean on) {
    for (var member : members.values()) {
      if (member.link != null) {
        member.link.read(on);
      }
    }
  }

  @Override
  public void drained() {
    if (readsPaused) {
      readsPaused = false;
      reads(true);
    }
  }

  // --- what became durable

  @Override
  public void durable(List<OpRecord> ops, long position) {
    long at = position;
    for (var op : ops) {
      index.add(op.dot(), op.size());
      recent.add(at++, op);
      fresh.put(op.dot().origin(), op.dot().seq());
    }
    loop.atTurnEnd(tellAll);
  }

  private void tellAll() {
    if (pipeline == null) {
      return;
    }
    var ack = fresh.isEmpty() ? null : new CausalFrame.Ack(fresh);
    fresh.clear();
    for (var member : members.values()) {
      if (member.link != null && ack != null) {
        Peering.write(member.link, ack);
      }
      fill(member);
    }
    watches();
  }

  private void watches() {
    for (var watch : List.copyOf(watches)) {
      lookAt(watch);
    }
  }

  // --- sending

  void writable(Link link, Member member) {
    if (member.link == link) {
      fill(member);
    }
  }

  /** Sends what a member may need, as much as its link takes. */
  private void fill(Member member) {
    var link = member.link;
    var batch = new ArrayList<OpRecord>();
    int bytes = 0;
    while (link != null && !member.reading && link.writable() && member.cursor < index.next()) {
      member.cursor = Math.max(member.cursor, index.first());
      var op = recent.get(member.cursor);
      if (op == null) {
        readFor(member, link);
        break;
      }
      bytes += consider(member, op, batch);
      if (bytes >= BATCH) {
        Peering.write(link, new CausalFrame.Ops(batch));
        batch.clear();
        bytes = 0;
      }
    }
    if (link != null && !batch.isEmpty()) {
      Peering.write(link, new CausalFrame.Ops(batch));
    }
  }

  private int consider(Member member, OpRecord op, List<OpRecord> batch) {
    var origin = op.dot().origin();
    boolean wanted = isMine(origin) || member.cursor < member.relayEnd;
    member.cursor++;
    if (!wanted || member.sent.has(op.dot())) {
      return 0;
    }
    member.sent.set(op.dot());
    member.opsSent++;
    batch.add(op);
    return op.size();
  }

  /** What has left memory is read from the log, a page at a time. */
  private void readFor(Member member, Link link) {
    var from = journal;
    if (from == null) {
      return;
    }
    member.reading = true;
    from.read(
        member.cursor,
        Done.of(
            entries -> {
              if (journal != from || member.link != link) {
                return;
              }
              member.reading = false;
              var batch = new ArrayList<OpRecord>();
              for (var entry : entries) {
                if (entry.index() >= index.next()) {
                  break;
                }
                member.cursor = Math.max(member.cursor, entry.index());
                if (entry.index() == member.cursor) {
                  consider(member, OpRecord.decode(entry.record()), batch);
                }
              }
              if (!batch.isEmpty()) {
                Peering.write(link, new CausalFrame.Ops(batch));
              }
              if (!entries.isEmpty()) {
                fill(member);
              }
            },
            link::abort));
  }

  // --- gaps

  private void pull() {
    var running = pipeline;
    if (running == null) {
      return;
    }
    puller.arm(settings.pull().toNanos());
    var all = List.copyOf(members.values());
    boolean asked = settings.has(Defect.NO_PULL) || !running.hasRoom();
    for (int i = 0; i < all.size(); i++) {
      var member = all.get((asksNext + i) % all.size());
      if (!asked && member.link != null && hasLongHad(member, running.taken())) {
        asked = true;
        asksNext = (asksNext + i + 1) % all.size();
        counts.wants++;
        Peering.write(member.link, new CausalFrame.Want(running.taken().seqs()));
      }
      member.hadBefore = member.acked.copy();
    }
    takenBefore = running.taken().copy();
  }

  /** Whether it had something at the last look of which nothing came since. */
  private boolean hasLongHad(Member member, Clock taken) {
    for (var entry : member.hadBefore.seqs().entrySet()) {
      long now = taken.get(entry.getKey());
      if (entry.getValue() > now && now == takenBefore.get(entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  // --- upkeep

  private void tick() {
    var running = pipeline;
    if (running == null) {
      return;
    }
    ticker.arm(settings.tick().toNanos());
    long now = loop.nanoTime();
    for (var member : members.values()) {
      var link = member.link;
      if (readsPaused) {
        member.lastHeard = now; // it is not read
      }
      if (link != null && now - member.lastHeard > settings.silence().toNanos()) {
        link.abort(
            new DisconnectedException(
                "nothing came for " + settings.silence(), ErrorContext.peer(member.name)));
      } else if (link != null && link.writable()) {
        Peering.write(link, new CausalFrame.Ack(running.durable().seqs()));
      }
    }
    marks.add(new Mark(now, index.next()));
    cut(running, now);
  }

  /** What every member has, as far as they said; of those not heard of nothing is known. */
  Clock stable() {
    var stable = new Clock();
    for (var entry : durable().seqs().entrySet()) {
      long least = entry.getValue();
      for (var member : members.values()) {
        if (!settings.has(Defect.ABSENT_NOT_COUNTED) || member.isConnected()) {
          least = Math.min(least, member.heard ? member.acked.get(entry.getKey()) : 0);
        }
      }
      if (least > 0) {
        stable.set(new Dot(entry.getKey(), least));
      }
    }
    return stable;
  }

  private void cut(Pipeline running, long now) {
    var from = journal;
    if (from == null || cutting) {
      return;
    }
    long retained = reached(now - settings.retain().toNanos(), false);
    long aged = reached(now - settings.maxAge().toNanos(), true);
    var stable = stable();
    long before = index.first();
    while (index.first() < index.next()) {
      boolean isStable = index.first() < retained && stable.has(index.front());
      boolean isOver = index.first() < aged || index.bytes() > settings.maxLog();
      if (!isStable && !isOver) {
        break;
      }
      counts.cutOff += isStable ? 0 : 1;
      index.removeFront();
    }
    if (index.first() > before) {
      cutting = true;
      from.cut(index.first(), Done.of(_ -> cutting = false, _ -> {}));
    }
  }

  /** Where the log ended at a time; what was there at the opening counts from the first mark on. */
  private long reached(long nanos, boolean forget) {
    long position = index.first();
    for (var mark : marks) {
      if (mark.nanos > nanos) {
        break;
      }
      position = Math.max(position, mark.position);
    }
    while (forget && marks.size() > 1 && marks.getFirst().nanos <= nanos) {
      marks.removeFirst();
    }
    return position;
  }

  /** Members that lack what is no longer in the log, and so can only be helped by others. */
  List<String> behind() {
    var behind = new ArrayList<String>();
    for (var member : members.values()) {
      if (member.heard && !index.reachesBackTo(member.acked, durable())) {
        behind.add(member.name);
      }
    }
    return behind;
  }

  /** How it stands. */
  public GroupStatus status() {
    long now = loop.nanoTime();
    var behind = behind();
    var durable = durable();
    var all = new ArrayList<GroupStatus.MemberStatus>();
    for (var member : members.values()) {
      all.add(
          new GroupStatus.MemberStatus(
              member.name,
              member.isConnected(),
              member.opsSent,
              member.opsReceived,
              member.acked.total(),
              Math.max(0, durable.total() - member.acked.total()),
              behind.contains(member.name)));
    }
    var running = pipeline;
    return new GroupStatus(
        settings.group(),
        settings.me(),
        running != null,
        counts.published,
        durable.total(),
        stable().total(),
        running == null ? 0 : running.backlog(),
        deferred.count(),
        deferred.bytes(),
        Duration.ofNanos(deferred.oldestNanos(now)),
        index.next() - index.first(),
        index.bytes(),
        counts.duplicates,
        counts.refused + counts.malformed,
        counts.wants,
        counts.reopened,
        durable.seqs().size(),
        List.copyOf(all));
  }
}
