package io.sennit.sim;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of what a simulation inflicted. A fault counts when it met something: a packet was
 * dropped, a lookup failed, a commit was refused. One that stands for a while, as a partition does,
 * counts once, at the first thing it stopped; what was merely set up is counted apart ({@link
 * #setUp}). A test of bad weather that inflicted nothing shows nothing: {@link #require} fails it.
 */
public final class Injected {
  /** What can be inflicted, and what one of it is. */
  public enum Kind {
    /** A connection reset from outside, wherever. */
    CUT,
    /** A connection reset inside what was on its way, so that a part of it arrived. */
    CUT_INSIDE,
    /** A direction of a connection ended from outside, the other one open. */
    HALF_CLOSE,
    /** A direction between two nodes cut, and something held back or dropped by it. */
    BLACK_HOLE,
    /** The cluster cut in parts, and something stopped between them. */
    PARTITION,
    /** A node cut off from all others, and something stopped by it. */
    ISOLATION,
    /** Traffic held back and released. */
    CLOG,
    /** A connection refused, left hanging, or not trusted. */
    REFUSED,
    /** A packet lost. */
    LOSS,
    /** A packet lost in a burst. */
    BURST,
    /** A packet delivered twice. */
    DUPLICATE,
    /** A packet overtaken by a later one. */
    REORDER,
    /** A packet delivered with a bit flipped. */
    CORRUPT,
    /** A packet delivered without its end. */
    TRUNCATE,
    /** A packet longer than its path takes, dropped. */
    TOO_LONG,
    /** A packet that found the queue of a port full, dropped. */
    TAIL_DROP,
    /** A packet or segment that waited in the queue of a port or path with a rate. */
    RATE,
    /** A write that arrived in pieces. */
    SLICE,
    /** A delay far over the usual. */
    SPIKE,
    /** A node stopped for a while, with something to do. */
    PAUSE,
    /** A node whose turns take long, and one that did. */
    SLOW,
    /** A process killed. */
    KILL,
    /** A machine without power. */
    POWER_CUT,
    /** A process killed that never comes back. */
    GONE,
    /** A node started again. */
    RESTART,
    /** A node started again at another address. */
    MOVE,
    /** A commit that was written, not synced, and is gone. */
    LOST_SYNC,
    /** A commit of which a part had reached the disk, found and cut by an opening. */
    TORN_TAIL,
    /** A commit that failed for want of room. */
    FULL_DISK,
    /** A write or sync that took far longer than usual. */
    SLOW_DISK,
    /** A write, sync or read that failed. */
    FAILED_DISK,
    /** A sync that was acknowledged and did not happen. */
    LYING_DISK,
    /** A lookup that failed, took long, or found another node. */
    NAME_TROUBLE,
    /** A wall clock that jumped, and was looked at. */
    CLOCK_STEP,
    /** A monotonic clock that runs fast or slow, and was looked at. */
    DRIFT,
    /** A leader that lost its lease. */
    LOST_LEASE
  }

  private static final Kind[] KINDS = Kind.values();

  private final long[] effects = new long[KINDS.length];
  private final long[] setUps = new long[KINDS.length];

  /** One more of a kind has met something; for those who inflict it, in real processes too. */
  public void add(Kind kind) {
    effects[kind.ordinal()]++;
  }

  /** One more of a kind that stands for a while was set up. */
  public void addSetUp(Kind kind) {
    setUps[kind.ordinal()]++;
  }

  /** How many of a kind have met something so far. */
  public long count(Kind kind) {
    return effects[kind.ordinal()];
  }

  /**
   * How many faults of a kind that stand for a while were set up so far, whether or not they met
   * anything; 0 for kinds that happen at once.
   */
  public long setUp(Kind kind) {
    return setUps[kind.ordinal()];
  }

  /**
   * Fails if one of these never met anything.
   *
   * @throws AssertionError naming it
   */
  public void require(Kind... kinds) {
    for (var kind : kinds) {
      if (count(kind) == 0) {
        throw new AssertionError(
            "no " + kind + " met anything, " + setUp(kind) + " were set up; there were " + this);
      }
    }
  }

  /**
   * Fails if the weather has a kind that never met anything. Only meaningful after enough virtual
   * time and traffic for each kind to be expected several times; counts of several simulations may
   * be added up first with {@link #plus}.
   */
  public void require(Weather weather) {
    require(weather.kinds().toArray(new Kind[0]));
  }

  /** Adds another's counts to these; returns this. */
  public Injected plus(Injected other) {
    Arrays.setAll(effects, i -> effects[i] + other.effects[i]);
    Arrays.setAll(setUps, i -> setUps[i] + other.setUps[i]);
    return this;
  }

  /** The counts by kind; a kind that met nothing is not in it. */
  public Map<Kind, Long> counts() {
    return nonZero(effects);
  }

  private static Map<Kind, Long> nonZero(long[] counts) {
    var map = new TreeMap<Kind, Long>();
    for (var kind : KINDS) {
      if (counts[kind.ordinal()] != 0) {
        map.put(kind, counts[kind.ordinal()]);
      }
    }
    return map;
  }

  @Override
  public String toString() {
    return counts() + ", set up " + nonZero(setUps);
  }
}
