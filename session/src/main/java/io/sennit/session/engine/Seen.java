package io.sennit.session.engine;

import java.util.TreeMap;

/**
 * Which messages of one source this node has decided about, so that one that comes again is
 * answered as it was before. Numbers are kept as ranges; of too many ranges the lowest are
 * forgotten, and what is forgotten is never taken again. The original has no such memory: what is
 * sent again after a lost acknowledgement arrives twice.
 */
final class Seen {
  /** Ranges that are kept. */
  static final int MAX_RANGES = 1_024;

  /** What was decided about a message. */
  enum Decision {
    NONE,
    TAKEN,
    REFUSED,
    FORGOTTEN
  }

  private final TreeMap<Long, Long> taken = new TreeMap<>();
  private final TreeMap<Long, Long> refused = new TreeMap<>();
  private long floor = 1; // nothing is known of numbers below it

  Decision look(long number) {
    if (isIn(taken, number)) {
      return Decision.TAKEN;
    }
    if (isIn(refused, number)) {
      return Decision.REFUSED;
    }
    return number < floor ? Decision.FORGOTTEN : Decision.NONE;
  }

  void take(long number) {
    add(taken, number);
  }

  void refuse(long number) {
    add(refused, number);
  }

  int ranges() {
    return taken.size() + refused.size();
  }

  private static boolean isIn(TreeMap<Long, Long> ranges, long number) {
    var range = ranges.floorEntry(number);
    return range != null && range.getValue() >= number;
  }

  private void add(TreeMap<Long, Long> ranges, long number) {
    long from = number;
    long to = number;
    var below = ranges.floorEntry(number);
    if (below != null && below.getValue() == number - 1) {
      from = below.getKey();
    }
    var above = ranges.get(number + 1);
    if (above != null) {
      to = above;
      ranges.remove(number + 1);
    }
    ranges.put(from, to);
    if (ranges.size() > MAX_RANGES) {
      floor = Math.max(floor, ranges.pollFirstEntry().getValue() + 1);
    }
  }
}
