package io.sennit.causal;

import io.sennit.causal.crdt.DotMap;
import io.sennit.causal.crdt.DotOperation;
import io.sennit.causal.crdt.PnCount;
import io.sennit.causal.engine.Application.Effect;
import io.sennit.causal.wire.FrameReader;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The data types of one group, by name. Changed on the group's loop, by operations that all members
 * apply, also those that have not asked for the object yet; read by any thread.
 *
 * <p>In the state: {@code m}, the name with its length, the key: the entries of a key; {@code c},
 * the name: a counter.
 */
final class GroupObjects {
  private static final byte MAP = 'm';
  private static final byte COUNT = 'c';
  private static final int MOST_ENTRIES = 65_536;

  /** Told what an operation changed; on the loop. */
  interface Change {
    /** A key of a map changed; of a counter: the empty key. */
    void changed(String name, Octets key, boolean before, boolean after, Stamp by);
  }

  private final ConcurrentSkipListMap<String, DotMap> maps = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, PnCount> counts = new ConcurrentSkipListMap<>();

  DotMap map(String name) {
    return maps.computeIfAbsent(name, _ -> new DotMap());
  }

  PnCount count(String name) {
    return counts.computeIfAbsent(name, _ -> new PnCount());
  }

  static byte[] mapOperation(String name, DotOperation operation) {
    return new FrameWriter().raw(new byte[] {MAP}).name(name).raw(operation.encode()).toBytes();
  }

  static byte[] countOperation(String name, long change) {
    return new FrameWriter().raw(new byte[] {COUNT}).name(name).raw(PnCount.add(change)).toBytes();
  }

  void reset() {
    maps.values().forEach(DotMap::clear);
    counts.values().forEach(count -> count.set(0));
  }

  /**
   * Applies an operation.
   *
   * @throws ProtocolException if it is none
   */
  Effect apply(byte[] operation, Stamp stamp, Change told) {
    var in = new FrameReader(operation);
    byte kind = in.raw("kind", 1)[0];
    var name = in.name("object");
    var rest = in.raw("operation", in.left());
    if (kind == COUNT) {
      var count = count(name);
      count.apply(rest);
      told.changed(name, Octets.EMPTY, true, true, stamp);
      return new Effect(countKey(name), new FrameWriter().fixed64(count.value()).toBytes());
    }
    if (kind != MAP) {
      throw new ProtocolException("kind", 0, kind + " is not known");
    }
    var change = DotOperation.decode(rest);
    var map = map(name);
    boolean before = map.contains(change.key());
    map.apply(change, stamp);
    boolean after = map.contains(change.key());
    told.changed(name, change.key(), before, after, stamp);
    return new Effect(mapKey(name, change.key()), after ? entries(map.at(change.key())) : null);
  }

  /** Takes an entry of the state if it is one of ours. */
  boolean restored(byte[] key, byte[] value) {
    if (key.length == 0 || key[0] != MAP && key[0] != COUNT) {
      return false;
    }
    var in = new FrameReader(Arrays.copyOfRange(key, 1, key.length));
    var name = in.name("object");
    if (key[0] == COUNT) {
      count(name).set(new FrameReader(value).fixed64("count"));
    } else {
      map(name).set(Octets.of(in.raw("key", in.left())), entries(value));
    }
    return true;
  }

  private static Octets countKey(String name) {
    return Octets.of(new FrameWriter().raw(new byte[] {COUNT}).name(name).toBytes());
  }

  private static Octets mapKey(String name, Octets key) {
    return Octets.of(
        new FrameWriter().raw(new byte[] {MAP}).name(name).raw(key.toBytes()).toBytes());
  }

  private static byte[] entries(List<DotMap.Entry> entries) {
    var out = new FrameWriter().number(entries.size());
    for (var entry : entries) {
      var dot = entry.stamp().dot();
      out.origin(dot.origin())
          .number(dot.seq())
          .fixed64(entry.stamp().time())
          .bytes(entry.value().toBytes());
    }
    return out.toBytes();
  }

  private static List<DotMap.Entry> entries(byte[] bytes) {
    var in = new FrameReader(bytes);
    int count = in.count("entries", MOST_ENTRIES);
    var entries = new ArrayList<DotMap.Entry>(count);
    for (int i = 0; i < count; i++) {
      var dot = new Dot(in.origin("entry"), in.seq("entry"));
      var stamp = new Stamp(dot, in.fixed64("entry"));
      entries.add(new DotMap.Entry(stamp, Octets.of(in.bytes("entry", bytes.length))));
    }
    return entries;
  }
}
