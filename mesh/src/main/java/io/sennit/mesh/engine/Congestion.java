package io.sennit.mesh.engine;

/**
 * How many packets may be on their way (docs/protocol/mesh.md, section 7). A queue that stands at
 * the bottleneck makes the window smaller; loss alone does not, unless it is heavy: on radio and on
 * overrun sockets packets are lost without any congestion.
 */
final class Congestion {
  /** Packets in flight at the start. */
  static final int START = 16;

  /** The least window. */
  static final int FLOOR = 8;

  /** The least window after silence. */
  static final int FLOOR_AFTER_SILENCE = 4;

  /** The largest window. */
  static final int CEILING = 2048;

  private static final long MILLI = 1_000_000;
  private static final int LOSSES = 256;

  private final RoundTrip roundTrip;
  private final boolean[] lost = new boolean[LOSSES];
  private int counted;
  private int lostRecently;
  private double window = START;
  private boolean cutBefore;
  private long nextCut = Long.MIN_VALUE;

  Congestion(RoundTrip roundTrip) {
    this.roundTrip = roundTrip;
  }

  int window() {
    return (int) window;
  }

  /** The share of the last packets that were lost. */
  double lossShare() {
    return counted == 0 ? 0 : (double) lostRecently / Math.min(counted, LOSSES);
  }

  private void count(boolean wasLost) {
    int i = counted % LOSSES;
    if (counted >= LOSSES && lost[i]) {
      lostRecently--;
    }
    lost[i] = wasLost;
    lostRecently += wasLost ? 1 : 0;
    counted = counted == Integer.MAX_VALUE ? LOSSES : counted + 1;
  }

  /**
   * Packets were acknowledged.
   *
   * @param full whether the window held packets back; else there is no reason to widen it
   */
  void acknowledged(long now, int packets, boolean full) {
    for (int i = 0; i < packets; i++) {
      count(false);
    }
    if (standingQueue()) {
      cut(now, 0.7);
    } else if (full) {
      double more = cutBefore ? packets / window : packets;
      if (cutBefore && roundTrip.leastRecent() < 1.1 * roundTrip.least() + 0.5 * MILLI) {
        more += 0.25 * packets;
      }
      window = Math.min(CEILING, window + more);
    }
  }

  private boolean standingQueue() {
    return roundTrip.isMeasured() && roundTrip.leastRecent() > 1.25 * roundTrip.least() + MILLI;
  }

  /** Packets were lost. */
  void lost(long now, int packets) {
    for (int i = 0; i < packets; i++) {
      count(true);
    }
    if (standingQueue()) {
      cut(now, 0.7);
    } else if (counted >= 64 && lossShare() > 0.2) {
      cut(now, 0.85);
    }
  }

  private void cut(long now, double factor) {
    if (now >= nextCut) {
      window = Math.max(FLOOR, window * factor);
      cutBefore = true;
      nextCut = now + roundTrip.smoothed();
    }
  }

  /** Several tries in a row brought no answer. */
  void silence() {
    window = Math.max(FLOOR_AFTER_SILENCE, window / 2);
    cutBefore = true;
  }

  /** How long after a burst the next one may follow. */
  long burstGap(int burst) {
    return (long) (roundTrip.smoothed() * burst / (1.25 * window));
  }
}
