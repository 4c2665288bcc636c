package io.sennit.causal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many messages of each node are known, by the node's name: the clock of the original's wire
 * (docs/protocol/causal.md §5). Immutable. A name that is missing counts as 0. The order of the
 * entries is kept, for text that is passed on, and means nothing: clocks with the same entries are
 * equal.
 */
public final class VectorClock {
  /** Knows nothing. */
  public static final VectorClock EMPTY = new VectorClock(new LinkedHashMap<>());

  private final LinkedHashMap<String, Long> counts;

  private VectorClock(LinkedHashMap<String, Long> counts) {
    this.counts = counts;
  }

  /** These entries, in the order of the map. */
  public static VectorClock of(Map<String, Long> counts) {
    return new VectorClock(new LinkedHashMap<>(counts));
  }

  /** The entries in their order; unmodifiable. */
  public Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** A name's count, 0 if it is missing. */
  public long get(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** The same with another count. */
  public VectorClock with(String name, long count) {
    var changed = new LinkedHashMap<>(counts);
    changed.put(name, count);
    return new VectorClock(changed);
  }

  /** The same with one more of a name. */
  public VectorClock incremented(String name) {
    return with(name, Math.incrementExact(get(name)));
  }

  /** The greater count of each name. */
  public VectorClock max(VectorClock other) {
    var merged = new LinkedHashMap<>(counts);
    other.counts.forEach((name, count) -> merged.merge(name, count, Math::max));
    return new VectorClock(merged);
  }

  /** Whether this knows all that the other knows. */
  public boolean covers(VectorClock other) {
    return other.counts.entrySet().stream().allMatch(e -> get(e.getKey()) >= e.getValue());
  }

  /** Whether neither covers the other. */
  public boolean isConcurrentWith(VectorClock other) {
    return !covers(other) && !other.covers(this);
  }

  /** The same in the order of the names. */
  public VectorClock sorted() {
    return of(new TreeMap<>(counts));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VectorClock clock && counts.equals(clock.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  /** {@code name:count} joined with semicolons, in the order of the entries. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    counts.forEach(
        (name, count) ->
            text.append(text.isEmpty() ? "" : ";").append(name).append(':').append(count));
    return text.toString();
  }
}
