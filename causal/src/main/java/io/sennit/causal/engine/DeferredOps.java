package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.wire.OpRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Operations that came before what they depend on, each under the one operation it waits for next.
 * Held in memory, within a bound in bytes, and never acknowledged: what does not fit is dropped and
 * asked for again.
 */
final class DeferredOps {
  private record Held(OpRecord op, long since) {}

  private static final int OVERHEAD = 200; // bytes that one costs beside its own

  private final long maxBytes;
  private final TreeMap<Dot, Held> held = new TreeMap<>(); // by its own name
  private final TreeMap<Dot, List<Dot>> waiting = new TreeMap<>(); // by what they wait for
  private long bytes;
  private long dropped;

  DeferredOps(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean holds(Dot dot) {
    return held.containsKey(dot);
  }

  /** Takes one, unless there is no room. */
  void add(OpRecord op, Dot waitsFor, long now) {
    long size = op.size() + OVERHEAD;
    if (bytes + size > maxBytes && !held.isEmpty()) {
      dropped++;
      return;
    }
    bytes += size;
    held.put(op.dot(), new Held(op, now));
    waiting.computeIfAbsent(waitsFor, _ -> new ArrayList<>()).add(op.dot());
  }

  /** Those that waited for this one; they are no longer held. */
  List<OpRecord> release(Dot came) {
    var dots = waiting.remove(came);
    if (dots == null) {
      return List.of();
    }
    var released = new ArrayList<OpRecord>();
    for (var dot : dots) {
      var one = held.remove(dot);
      if (one != null) {
        bytes -= one.op.size() + OVERHEAD;
        released.add(one.op);
      }
    }
    return released;
  }

  int count() {
    return held.size();
  }

  long bytes() {
    return bytes;
  }

  long dropped() {
    return dropped;
  }

  /** How long the oldest has been waiting; 0 if there is none. */
  long oldestNanos(long now) {
    return held.values().stream().mapToLong(one -> now - one.since).max().orElse(0);
  }
}
