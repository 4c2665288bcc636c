package io.sennit.sim;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of what a simulation inflicted. A test of bad weather that inflicted nothing shows
 * nothing: {@link #require} fails it.
 */
public final class Injected {
  /** What can be inflicted. */
  public enum Kind {
    /** A connection reset at some byte. */
    CUT,
    /** A direction between two nodes cut: what is sent is neither delivered nor refused. */
    BLACK_HOLE,
    /** The cluster cut in parts. */
    PARTITION,
    /** A node cut off from all others. */
    ISOLATION,
    /** Traffic held back and released. */
    CLOG,
    /** A connection refused or left hanging. */
    REFUSED,
    /** A packet lost. */
    LOSS,
    /** A packet delivered twice. */
    DUPLICATE,
    /** A packet overtaken by a later one. */
    REORDER,
    /** A write that arrived in pieces. */
    SLICE,
    /** A delay far over the usual. */
    SPIKE,
    /** A node stopped for a while. */
    PAUSE,
    /** A process killed. */
    KILL,
    /** A machine without power. */
    POWER_CUT,
    /** A node started again. */
    RESTART,
    /** A commit that was written, not synced, and is gone. */
    LOST_SYNC,
    /** A commit of which a part had reached the disk, found and cut by an opening. */
    TORN_TAIL,
    /** A commit that failed for want of room. */
    FULL_DISK,
    /** A lookup that failed or took long. */
    NAME_TROUBLE,
    /** A wall clock that jumped. */
    CLOCK_STEP,
    /** A leader that lost its lease. */
    LOST_LEASE
  }

  private final EnumMap<Kind, Long> counts = new EnumMap<>(Kind.class);

  void add(Kind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  /** How many of a kind so far. */
  public long count(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /**
   * Fails if one of these was never inflicted.
   *
   * @throws AssertionError naming it
   */
  public void require(Kind... kinds) {
    for (var kind : kinds) {
      if (count(kind) == 0) {
        throw new AssertionError("no " + kind + " was injected; there were " + this);
      }
    }
  }

  /**
   * Fails if the weather has a kind that was never inflicted. Only meaningful after enough virtual
   * time or traffic for each kind to be expected several times; counts of several simulations may
   * be added up first with {@link #plus}.
   */
  public void require(Weather weather) {
    expect(weather.loss(), Kind.LOSS);
    expect(weather.duplicate(), Kind.DUPLICATE);
    expect(weather.reorder(), Kind.REORDER);
    expect(weather.slice(), Kind.SLICE);
    expect(weather.spike(), Kind.SPIKE);
    expect(weather.cuts(), Kind.CUT);
    expect(weather.blackHoles(), Kind.BLACK_HOLE);
    expect(weather.partitions(), Kind.PARTITION);
    expect(weather.isolations(), Kind.ISOLATION);
    expect(weather.clogs(), Kind.CLOG);
    expect(weather.pauses(), Kind.PAUSE);
    expect(weather.kills(), Kind.KILL);
    expect(weather.powerCuts(), Kind.POWER_CUT);
    expect(weather.nameTroubles(), Kind.NAME_TROUBLE);
    expect(weather.clockSteps(), Kind.CLOCK_STEP);
  }

  private void expect(double rate, Kind kind) {
    if (rate > 0) {
      require(kind);
    }
  }

  /** Adds another's counts to these; returns this. */
  public Injected plus(Injected other) {
    other.counts.forEach((kind, n) -> counts.merge(kind, n, Long::sum));
    return this;
  }

  /** The counts by kind; a kind never inflicted is not in it. */
  public Map<Kind, Long> counts() {
    return new TreeMap<>(counts);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
