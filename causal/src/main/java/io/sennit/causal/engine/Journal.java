package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.causal.wire.FrameReader;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.causal.wire.OpRecord;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.spi.Store.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group's part of the store: the log of operations in the order in which they were applied, the
 * clock, the state, the ids of callers. Of one opening of the store (docs/protocol/causal.md §4).
 */
final class Journal {
  private static final int PAGE = 256 << 10;

  /** What an opening found. */
  static final class Found {
    final Clock clock = new Clock();
    final List<Map.Entry<Octets, Stamp>> ids = new ArrayList<>(); // the oldest first
    LogIndex index = new LogIndex(0);
    long lastTime;
  }

  private final Store store;
  private final GroupSettings settings;
  private final String log;
  private final String clock;
  private final String state;
  private final String ids;
  private final String meta;
  private final long life;
  private long next; // position of the next record handed in

  /**
   * Of one opening.
   *
   * @param life a number that no other opening has
   */
  Journal(Store store, GroupSettings settings, long life) {
    this.store = store;
    this.life = life;
    this.settings = settings;
    this.log = settings.group() + "/log";
    this.clock = settings.group() + "/clock";
    this.state = settings.group() + "/state";
    this.ids = settings.group() + "/ids";
    this.meta = settings.group() + "/meta";
  }

  Store store() {
    return store;
  }

  // --- opening

  /** Reads all that is there; the application gets the state. */
  void open(Application application, Done<Found> done) {
    var found = new Found();
    application.reset();
    Consumer<SennitException> failed = done::failed;
    readAll(
        clock,
        entry -> {
          var in = new FrameReader(entry.getValue());
          var origin = new FrameReader(entry.getKey()).origin("clock");
          found.clock.set(new Dot(origin, in.seq("clock")));
          found.lastTime = Math.max(found.lastTime, in.fixed64("clock"));
        },
        () ->
            readAll(
                ids,
                entry -> found.ids.add(id(entry)),
                () ->
                    readAll(
                        state,
                        e -> application.restored(Octets.of(e.getKey()), e.getValue()),
                        () -> store.bounds(log, Done.of(b -> index(b, found, done), failed)),
                        failed),
                failed),
        failed);
  }

  private void index(Bounds bounds, Found found, Done<Found> done) {
    found.ids.sort(Comparator.comparingLong(e -> e.getValue().time()));
    found.index = new LogIndex(bounds.first());
    indexFrom(bounds.first(), bounds.next(), found, done);
  }

  private void indexFrom(long from, long to, Found found, Done<Found> done) {
    if (from >= to) {
      next = found.index.next();
      sync(found, done);
      return;
    }
    read(
        from,
        Done.of(
            entries -> {
              try {
                for (var entry : entries) {
                  add(entry, found);
                }
              } catch (ProtocolException e) {
                done.failed(damaged(log, e));
                return;
              }
              if (entries.isEmpty()) {
                done.failed(damaged(log, null));
              } else {
                indexFrom(entries.getLast().index() + 1, to, found, done);
              }
            },
            done::failed));
  }

  /**
   * What was read may be written and not yet synced, by a process that was killed in between: it
   * counts as durable when a commit behind it is.
   */
  private void sync(Found found, Done<Found> done) {
    if (settings.has(Defect.OPENING_NOT_SYNCED)) {
      done.ok(found);
      return;
    }
    var mark = new FrameWriter().fixed64(life).toBytes();
    store.commit(
        store.batch().put(meta, Octets.utf8("opening").toBytes(), mark),
        settings.durability(),
        Done.of(_ -> done.ok(found), done::failed));
  }

  private void add(Entry entry, Found found) {
    var op = OpRecord.decode(entry.record());
    if (!found.index.follows(op.dot()) || !found.clock.has(op.dot())) {
      throw new ProtocolException("log", entry.index(), op.dot() + " is out of order");
    }
    found.index.add(op.dot(), op.size());
  }

  private static Map.Entry<Octets, Stamp> id(Map.Entry<byte[], byte[]> entry) {
    var in = new FrameReader(entry.getValue());
    var dot = new Dot(in.origin("id"), in.seq("id"));
    return Map.entry(Octets.of(entry.getKey()), new Stamp(dot, in.fixed64("id")));
  }

  private void readAll(
      String map,
      Consumer<Map.Entry<byte[], byte[]>> each,
      Runnable then,
      Consumer<SennitException> failed) {
    readFrom(map, new byte[0], each, then, failed);
  }

  private void readFrom(
      String map,
      byte[] from,
      Consumer<Map.Entry<byte[], byte[]>> each,
      Runnable then,
      Consumer<SennitException> failed) {
    store.readMap(
        map,
        Range.from(from),
        PAGE,
        Done.of(
            entries -> {
              if (entries.isEmpty()) {
                then.run();
                return;
              }
              try {
                entries.forEach(each);
              } catch (ProtocolException e) {
                failed.accept(damaged(map, e));
                return;
              }
              var last = entries.getLast().getKey();
              readFrom(map, Arrays.copyOf(last, last.length + 1), each, then, failed);
            },
            failed));
  }

  private StorageException damaged(String what, @Nullable Throwable why) {
    return new StorageException(
        what + " is damaged" + (why == null ? "" : ": " + why.getMessage()),
        new ErrorContext(
            "",
            "open group " + settings.group(),
            Duration.ZERO,
            Outcome.DID_NOT_RUN,
            "Move the data folder away; the member gets all from the others"),
        why);
  }

  // --- running

  /** Reads records from a position on, a page of them. */
  void read(long from, Done<List<Entry>> done) {
    store.readLog(log, from, PAGE, done);
  }

  /** Commits operations with their effects and what the clock then says. */
  void commit(List<OpRecord> ops, List<Application.Effect> effects, String me, Done<Void> done) {
    var batch = store.batch();
    var ends = new TreeMap<Origin, OpRecord>();
    for (var op : ops) {
      batch.append(log, next++, op.bytes());
      ends.put(op.dot().origin(), op);
      if (op.id().length() > 0 && op.dot().origin().member().equals(me)) {
        batch.put(ids, op.id().toBytes(), stamp(op.stamp()));
      }
    }
    for (var effect : effects) {
      var value = effect.value();
      if (value == null) {
        batch.remove(state, effect.key().toBytes());
      } else {
        batch.put(state, effect.key().toBytes(), value);
      }
    }
    if (settings.has(Defect.CLOCK_APART)) {
      store.commit(batch, settings.durability(), Done.of(_ -> {}, _ -> {}));
      batch = store.batch();
    }
    for (var end : ends.values()) {
      batch.put(
          clock,
          new FrameWriter().origin(end.dot().origin()).toBytes(),
          new FrameWriter().number(end.dot().seq()).fixed64(end.stamp().time()).toBytes());
    }
    store.commit(batch, settings.durability(), done);
  }

  private static byte[] stamp(Stamp stamp) {
    return new FrameWriter()
        .origin(stamp.dot().origin())
        .number(stamp.dot().seq())
        .fixed64(stamp.time())
        .toBytes();
  }

  /** Forgets records below a position. */
  void cut(long below, Done<Void> done) {
    store.commit(store.batch().cut(log, below), settings.durability(), done);
  }

  /** Forgets an id of a caller. */
  void forget(Octets id) {
    store.commit(
        store.batch().remove(ids, id.toBytes()), settings.durability(), Done.of(_ -> {}, _ -> {}));
  }
}
