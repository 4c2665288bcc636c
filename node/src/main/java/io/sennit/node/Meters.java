package io.sennit.node;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Figures of a node: counters that only grow, and gauges that are read when somebody looks. Any
 * thread may use it; counting takes no lock. At most {@value #MAX} of them, so that nobody makes
 * one for each peer.
 */
public final class Meters {
  /** The most figures a node has. */
  public static final int MAX = 10_000;

  private static final String NAME = "[a-z][a-z0-9_]*";

  private final Map<String, LongSupplier> all;
  private final String prefix;

  /** A counter. */
  public static final class Count {
    private final LongAdder sum = new LongAdder();

    Count() {}

    /** One more. */
    public void add() {
      sum.increment();
    }

    /** So many more; not negative. */
    public void add(long more) {
      sum.add(more);
    }

    /** How many by now. */
    public long sum() {
      return sum.sum();
    }
  }

  /** None yet. */
  Meters() {
    this(new ConcurrentHashMap<>(), "");
  }

  private Meters(Map<String, LongSupplier> all, String prefix) {
    this.all = all;
    this.prefix = prefix;
  }

  /** The same figures, for one who names his without a prefix. */
  Meters under(String name) {
    return new Meters(all, prefix + name + ".");
  }

  /**
   * Makes a counter.
   *
   * @param name lower-case letters, digits and underscores, with the unit unless it counts things
   *     ({@code packets}, {@code sent_bytes})
   * @throws IllegalArgumentException if the name is malformed or taken, or there are too many
   */
  public Count count(String name) {
    var count = new Count();
    put(name, count::sum);
    return count;
  }

  /** Makes a gauge: {@code read} is called on any thread and does not wait. */
  public void gauge(String name, LongSupplier read) {
    put(name, read);
  }

  private void put(String name, LongSupplier read) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(name + ": lower-case letters, digits and underscores");
    }
    if (all.size() >= MAX) {
      throw new IllegalArgumentException(MAX + " figures are enough; no " + prefix + name);
    }
    if (all.putIfAbsent(prefix + name, read) != null) {
      throw new IllegalArgumentException("two figures are called " + prefix + name);
    }
  }

  /** All figures of the node by name, whoever made them; one that cannot be read is left out. */
  public SortedMap<String, Long> snapshot() {
    var now = new TreeMap<String, Long>();
    all.forEach(
        (name, read) -> {
          try {
            now.put(name, read.getAsLong());
          } catch (RuntimeException e) {
            System.getLogger(Meters.class.getName())
                .log(System.Logger.Level.DEBUG, "the figure " + name, e);
          }
        });
    return now;
  }
}
