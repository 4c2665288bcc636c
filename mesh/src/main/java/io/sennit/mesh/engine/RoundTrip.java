package io.sennit.mesh.engine;

import java.util.Arrays;

/**
 * What is known of the round trip to a peer, and the time after which silence is a reason to try
 * again (docs/protocol/mesh.md, section 6). In nanoseconds.
 */
final class RoundTrip {
  private static final long MILLI = 1_000_000;
  private static final long INITIAL = 50 * MILLI;
  private static final long MIN_SPAN = 10_000 * MILLI;
  private static final int RECENT = 16;

  private final long[] recent = new long[RECENT];
  private int samples;
  private long smoothed = INITIAL;
  private long variance = INITIAL / 2;
  private long least = INITIAL;
  private long leastAt;
  private long nextLeast = Long.MAX_VALUE;

  /**
   * A measured round trip.
   *
   * @param ackDelay what the peer says it waited with the acknowledgement
   */
  void sample(long now, long measured, long ackDelay) {
    if (samples == 0) {
      Arrays.fill(recent, measured);
      least = measured;
      leastAt = now;
    } else if (measured <= least) {
      least = measured;
      leastAt = now;
      nextLeast = Long.MAX_VALUE;
    } else {
      nextLeast = Math.min(nextLeast, measured);
      if (now - leastAt > MIN_SPAN) { // the route may have become longer
        least = nextLeast;
        leastAt = now;
        nextLeast = Long.MAX_VALUE;
      }
    }
    long sample = measured - Math.min(ackDelay, Math.max(0, measured - least));
    recent[samples % RECENT] = measured;
    if (samples == 0) {
      smoothed = sample;
      variance = sample / 2;
    } else {
      variance += (Math.abs(sample - smoothed) - variance) / 4;
      smoothed += (sample - smoothed) / 8;
    }
    samples++;
  }

  boolean isMeasured() {
    return samples > 0;
  }

  long smoothed() {
    return smoothed;
  }

  long least() {
    return least;
  }

  /** The least of the last sixteen: what stands in queues even when the path is quiet. */
  long leastRecent() {
    long min = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(samples, RECENT); i++) {
      min = Math.min(min, recent[i]);
    }
    return samples == 0 ? INITIAL : min;
  }

  /** How long to wait for an acknowledgement before the first further try. */
  long probeTimeout() {
    return Math.max(10 * MILLI, smoothed + Math.max(4 * variance, MILLI) + 5 * MILLI);
  }

  /** The gap before a further try: it grows by half with each, up to a ceiling. */
  static long backedOff(long first, int tries, long ceiling) {
    long gap = first;
    for (int i = 0; i < tries && gap < ceiling; i++) {
      gap += gap / 2;
    }
    return Math.min(gap, ceiling);
  }
}
