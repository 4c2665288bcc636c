package io.sennit.causal.crdt;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Keys with values, each entry named by the operation that made it: the one state behind sets, maps
 * and registers. An operation takes away the entries its publisher saw, and may put one in their
 * place; what it did not see stays. So an adding that a removal did not see wins over it, and two
 * puts at the same time are both there until the next one. A removed entry leaves nothing behind.
 *
 * <p>That is right only if operations are applied in causal order, each once, which the group does.
 * Changed by one thread at a time; any thread may read. docs/protocol/causal.md §9.
 */
public final class DotMap {
  /** The value that counts where one is asked for: the latest by time, then by the dot. */
  private static final Comparator<Entry> LATEST =
      Comparator.comparingLong((Entry e) -> e.stamp.time()).thenComparing(e -> e.stamp.dot());

  /**
   * A value under a key.
   *
   * @param stamp of the operation that put it there
   */
  public record Entry(Stamp stamp, Octets value) {}

  private final ConcurrentSkipListMap<Octets, List<Entry>> entries = new ConcurrentSkipListMap<>();
  private volatile int size;

  /** Empty. */
  public DotMap() {}

  /** The operation that puts a value in place of those that are seen here now. */
  public DotOperation.Put put(Octets key, Octets value) {
    return new DotOperation.Put(key, value, dots(key));
  }

  /** The operation that removes what is seen here now; empty if nothing is. */
  public Optional<DotOperation> remove(Octets key) {
    var seen = dots(key);
    return seen.isEmpty() ? Optional.empty() : Optional.of(new DotOperation.Remove(key, seen));
  }

  /** Applies an operation. */
  public void apply(DotOperation operation, Stamp stamp) {
    var left = new ArrayList<Entry>(1);
    for (var entry : entries.getOrDefault(operation.key(), List.of())) {
      if (!operation.seen().contains(entry.stamp.dot()) && !isBefore(entry.stamp, stamp)) {
        left.add(entry);
      }
    }
    if (operation instanceof DotOperation.Put(var _, var value, var _)) {
      left.add(new Entry(stamp, value));
      left.sort(LATEST.reversed());
    }
    set(operation.key(), left);
  }

  /** Operations of one origin follow each other, also those that were published without waiting. */
  private static boolean isBefore(Stamp one, Stamp other) {
    return one.dot().origin().equals(other.dot().origin()) && one.dot().seq() < other.dot().seq();
  }

  /** The entries of a key, the latest first. */
  public List<Entry> at(Octets key) {
    return entries.getOrDefault(key, List.of());
  }

  /** Removes everything. */
  public void clear() {
    entries.clear();
    size = 0;
  }

  /** Sets what a snapshot says of a key; nothing: the key is gone. */
  public void set(Octets key, List<Entry> all) {
    var before = all.isEmpty() ? entries.remove(key) : entries.put(key, List.copyOf(all));
    size = size + all.size() - (before == null ? 0 : before.size());
  }

  /** Whether a key is there. */
  public boolean contains(Octets key) {
    return entries.containsKey(key);
  }

  /** The value of a key that counts: the latest by time. */
  public Optional<Octets> get(Octets key) {
    var all = entries.get(key);
    return all == null ? Optional.empty() : Optional.of(all.getFirst().value);
  }

  /** All values of a key, the latest first: more than one if they were put at the same time. */
  public List<Octets> getAll(Octets key) {
    return entries.getOrDefault(key, List.of()).stream().map(Entry::value).toList();
  }

  /** The keys, in the order of their bytes; a view. */
  public SortedMap<Octets, List<Entry>> entries() {
    return Collections.unmodifiableSortedMap(entries);
  }

  /** How many entries there are, over all keys. */
  public int size() {
    return size;
  }

  private List<Dot> dots(Octets key) {
    return entries.getOrDefault(key, List.of()).stream().map(e -> e.stamp.dot()).toList();
  }
}
