package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What operations go through at one member, one after the other in one order: taken in, applied,
 * committed with their effects, durable. Of one opening of the store: when that fails, all of it is
 * thrown away and what is durable is read again.
 *
 * <p>Own operations are stamped when they are taken in. The first one of an opening begins a new
 * origin, since nobody can prove that the log lost nothing of the last one.
 */
final class Pipeline {
  private static final int MOST_AT_ONCE = 4_096;
  private static final int MOST_BYTES_AT_ONCE = 1 << 20;
  private static final long FUTURE_MILLIS = Duration.ofHours(1).toMillis();

  /** Who is told what becomes durable. */
  interface Listener {
    /** These are durable now, the first of them at this position of the log. */
    void durable(List<OpRecord> ops, long position);

    /** There may be room again. */
    void drained();

    /** It cannot go on: a commit or the application failed. */
    void failed(SennitException why);
  }

  private final Loop loop;
  private final GroupSettings settings;
  private final Journal journal;
  private final Application application;
  private final Counts counts;
  private final Listener listener;
  private final Runnable pump = this::pump;
  private final Clock taken; // all that was taken in
  private final Clock durable;
  private final ArrayDeque<Publication> waiting = new ArrayDeque<>();
  private final ArrayDeque<Publication> applying = new ArrayDeque<>();
  private final ArrayDeque<Publication> committing = new ArrayDeque<>();
  private final SequencedMap<Octets, Stamp> ids = new LinkedHashMap<>();
  private final TreeMap<Octets, Publication> pending = new TreeMap<>(); // by id
  private final TreeSet<Origin> news = new TreeSet<>(); // changed since the last own operation
  private @Nullable Origin origin;
  private long ownSeq;
  private long lastTime;
  private long position; // of the next record that becomes durable
  private long backlog;
  private boolean ended;

  Pipeline(
      Loop loop,
      GroupSettings settings,
      Journal journal,
      Journal.Found found,
      Application application,
      Counts counts,
      Listener listener) {
    this.loop = loop;
    this.settings = settings;
    this.journal = journal;
    this.application = application;
    this.counts = counts;
    this.listener = listener;
    this.durable = found.clock;
    this.taken = found.clock.copy();
    this.lastTime = found.lastTime;
    this.position = found.index.next();
    found.ids.forEach(e -> ids.put(e.getKey(), e.getValue()));
    news.addAll(taken.seqs().keySet());
    if (settings.has(Defect.ORIGIN_REUSED)) {
      taken.seqs().forEach(this::reuse);
    }
  }

  private void reuse(Origin old, long seq) {
    if (old.member().equals(settings.me())) {
      origin = old;
      ownSeq = seq;
    }
  }

  /** All that was taken in, durable or not. */
  Clock taken() {
    return taken;
  }

  Clock durable() {
    return durable;
  }

  long backlog() {
    return backlog;
  }

  /** Whether all that is new fits in a stamp. */
  boolean canStamp() {
    return news.size() <= OpRecord.MAX_AFTER;
  }

  boolean hasRoom() {
    return backlog < settings.maxBacklog();
  }

  @Nullable Origin origin() {
    return origin;
  }

  // --- taking in

  /** Publishes; the answer comes when it is durable. */
  void publish(byte[] payload, Octets id, Done<Stamp> done) {
    if (id.length() > 0) {
      var known = ids.get(id);
      var onItsWay = pending.get(id);
      if (known != null && durable.has(known.dot())) {
        done.ok(known);
        return;
      }
      if (onItsWay != null) {
        onItsWay.waiting.add(done);
        return;
      }
    }
    var mine = origin;
    if (mine == null) {
      mine = new Origin(settings.me(), loop.secrets().nextLong());
      origin = mine;
    }
    var after = new ArrayList<Dot>();
    news.remove(mine);
    for (var other : news) {
      after.add(new Dot(other, taken.get(other)));
    }
    news.clear();
    var stamp = new Stamp(new Dot(mine, ++ownSeq), now());
    var one = new Publication(OpRecord.of(stamp, after, id, payload));
    one.waiting.add(done);
    if (id.length() > 0) {
      pending.put(id, one);
    }
    counts.published++;
    take(one);
    if (settings.has(Defect.DONE_BEFORE_SYNC)) {
      done.ok(stamp);
      one.waiting.clear();
    }
  }

  private long now() {
    long wall = Math.max(0, loop.wallTime().toEpochMilli()) << Stamp.COUNTER_BITS;
    lastTime = Math.max(wall, lastTime + 1);
    return lastTime;
  }

  /** Takes in an operation of another origin whose turn it is. */
  void receive(OpRecord op) {
    long millis = op.stamp().millis();
    if (millis <= loop.wallTime().toEpochMilli() + FUTURE_MILLIS) {
      lastTime = Math.max(lastTime, op.stamp().time());
    }
    news.add(op.dot().origin());
    if (op.dot().origin().member().equals(settings.me())) {
      counts.givenBack++;
    }
    take(new Publication(op));
  }

  private void take(Publication one) {
    taken.set(one.op.dot());
    waiting.add(one);
    backlog += one.op.size();
    loop.atTurnEnd(pump);
  }

  // --- applying

  private void pump() {
    if (ended || !applying.isEmpty() || waiting.isEmpty()) {
      return;
    }
    var ops = new ArrayList<OpRecord>();
    int bytes = 0;
    while (!waiting.isEmpty() && ops.size() < MOST_AT_ONCE && bytes < MOST_BYTES_AT_ONCE) {
      var one = waiting.remove();
      applying.add(one);
      ops.add(one.op);
      bytes += one.op.size();
    }
    application.apply(
        List.copyOf(ops), Done.of(effects -> applied(ops, effects), why -> fail(why)));
  }

  private void applied(List<OpRecord> ops, List<Application.Effect> effects) {
    if (ended) {
      return;
    }
    committing.addAll(applying);
    applying.clear();
    counts.applied += ops.size();
    counts.commits++;
    journal.commit(ops, effects, settings.me(), Done.of(_ -> committed(ops), why -> fail(why)));
    if (settings.has(Defect.ACK_BEFORE_SYNC)) {
      tellDurable(ops);
    }
    loop.atTurnEnd(pump);
  }

  private void committed(List<OpRecord> ops) {
    if (ended) {
      return;
    }
    for (var op : ops) {
      var one = committing.remove();
      backlog -= op.size();
      durable.set(op.dot());
      if (op.id().length() > 0 && op.dot().origin().member().equals(settings.me())) {
        remember(op);
      }
      one.waiting.forEach(done -> done.ok(op.stamp()));
    }
    if (!settings.has(Defect.ACK_BEFORE_SYNC)) {
      tellDurable(ops);
    }
    if (hasRoom()) {
      listener.drained();
    }
  }

  private void tellDurable(List<OpRecord> ops) {
    long first = position;
    position += ops.size();
    ops.forEach(op -> durable.set(op.dot()));
    listener.durable(ops, first);
  }

  private void remember(OpRecord op) {
    pending.remove(op.id());
    ids.putLast(op.id(), op.stamp());
    if (ids.size() > settings.maxIds()) {
      journal.forget(ids.pollFirstEntry().getKey());
    }
  }

  // --- the end

  private void fail(SennitException why) {
    if (!ended) {
      listener.failed(why);
    }
  }

  /** Ends it: publishers are told what is known of what they published. */
  void end(SennitException why) {
    if (ended) {
      return;
    }
    ended = true;
    tell(committing, Outcome.UNKNOWN, why);
    tell(applying, Outcome.DID_NOT_RUN, why);
    tell(waiting, Outcome.DID_NOT_RUN, why);
  }

  private void tell(ArrayDeque<Publication> those, Outcome outcome, SennitException why) {
    var advice =
        outcome == Outcome.UNKNOWN
            ? "It may be durable: publish it again with the same id"
            : "Publish it again once the store is open";
    for (var one : those) {
      for (var done : one.waiting) {
        done.failed(
            new StorageException(
                "the operation was not made durable: " + why.what(),
                new ErrorContext(
                    "", "publish in " + settings.group(), Duration.ZERO, outcome, advice),
                why));
      }
    }
    those.clear();
  }
}
