package io.sennit.causal.engine;

import io.sennit.causal.Dot;
import io.sennit.causal.Origin;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The last operation of each origin that somebody has. */
final class Clock {
  private final TreeMap<Origin, Long> seqs = new TreeMap<>();

  Clock() {}

  Clock(SortedMap<Origin, Long> from) {
    seqs.putAll(from);
  }

  Clock copy() {
    return new Clock(seqs);
  }

  long get(Origin origin) {
    return seqs.getOrDefault(origin, 0L);
  }

  boolean has(Dot dot) {
    return get(dot.origin()) >= dot.seq();
  }

  void set(Dot dot) {
    seqs.put(dot.origin(), dot.seq());
  }

  void raise(Origin origin, long seq) {
    if (seq > get(origin)) {
      seqs.put(origin, seq);
    }
  }

  void raise(SortedMap<Origin, Long> by) {
    by.forEach(this::raise);
  }

  boolean covers(Clock other) {
    return other.seqs.entrySet().stream().allMatch(e -> get(e.getKey()) >= e.getValue());
  }

  /** A view; its order is that of the origins. */
  SortedMap<Origin, Long> seqs() {
    return Collections.unmodifiableSortedMap(seqs);
  }

  /** How many operations that are. */
  long total() {
    long sum = 0;
    for (long seq : seqs.values()) {
      sum += seq;
    }
    return sum;
  }

  @Override
  public String toString() {
    return seqs.toString();
  }
}
