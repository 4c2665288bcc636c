package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Where in the log which operation lies. The log holds the operations in the order in which they
 * were applied here; those of one origin that are still there follow each other without a hole.
 */
final class LogIndex {
  private static final int SIZE_BITS = 32;

  private final LongRing records; // by position: number of the origin, and size
  private final List<Origin> origins = new ArrayList<>();
  private final TreeMap<Origin, Integer> numbers = new TreeMap<>();
  private final TreeMap<Origin, LongRing> positions = new TreeMap<>(); // by seq
  private long bytes;

  LogIndex(long first) {
    records = new LongRing(first);
  }

  /** The position of the oldest record. */
  long first() {
    return records.first();
  }

  /** The position after the newest. */
  long next() {
    return records.next();
  }

  long bytes() {
    return bytes;
  }

  /** Whether the next operation of its origin would follow the last one there is. */
  boolean follows(Dot dot) {
    var its = positions.get(dot.origin());
    return its == null || its.isEmpty() || its.next() == dot.seq();
  }

  void add(Dot dot, int size) {
    int number =
        numbers.computeIfAbsent(
            dot.origin(),
            origin -> {
              origins.add(origin);
              return origins.size() - 1;
            });
    var its = positions.get(dot.origin());
    if (its == null || its.isEmpty()) {
      its = new LongRing(dot.seq());
      positions.put(dot.origin(), its);
    }
    if (its.next() != dot.seq()) {
      throw new IllegalStateException(dot + " does not follow " + (its.next() - 1));
    }
    its.add(records.next());
    records.add((long) number << SIZE_BITS | size);
    bytes += size;
  }

  /** What lies at the front. */
  Dot front() {
    var origin = origins.get((int) (records.get(first()) >>> SIZE_BITS));
    return new Dot(origin, ringOf(origin).first());
  }

  void removeFront() {
    long record = records.get(first());
    ringOf(origins.get((int) (record >>> SIZE_BITS))).removeFirst();
    records.removeFirst();
    bytes -= (int) record;
  }

  /**
   * The least position of an operation that a clock does not have, among the origins asked for;
   * {@link #next} if there is none.
   */
  long firstBeyond(Clock clock, Predicate<Origin> asked) {
    long least = next();
    for (var entry : positions.entrySet()) {
      var its = entry.getValue();
      long seq = Math.max(clock.get(entry.getKey()) + 1, its.first());
      if (asked.test(entry.getKey()) && seq < its.next()) {
        least = Math.min(least, its.get(seq));
      }
    }
    return least;
  }

  /** Whether all that a clock lacks, of what another has, is still in the log. */
  boolean reachesBackTo(Clock clock, Clock durable) {
    for (var entry : durable.seqs().entrySet()) {
      long lacks = clock.get(entry.getKey()) + 1;
      if (lacks <= entry.getValue()) {
        var its = positions.get(entry.getKey());
        if (its == null || its.isEmpty() || its.first() > lacks) {
          return false;
        }
      }
    }
    return true;
  }

  private LongRing ringOf(Origin origin) {
    var its = positions.get(origin);
    if (its == null) {
      throw new IllegalStateException("nothing of " + origin);
    }
    return its;
  }
}
