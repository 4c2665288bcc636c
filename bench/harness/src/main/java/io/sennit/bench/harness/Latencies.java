package io.sennit.bench.harness;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;

/** Latencies of one window, recorded from any thread without allocating. */
final class Latencies {
  /** Above one call in flight, one in so many calls is timed. */
  static final int SAMPLE = 8;

  private static final long MAX = TimeUnit.MINUTES.toNanos(1);

  private final AtomicHistogram histogram = new AtomicHistogram(MAX, 3);

  /** The mask of a call's number that says whether it is timed. */
  static int mask(int inflight) {
    return inflight == 1 ? 0 : SAMPLE - 1;
  }

  void record(long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, MAX));
  }

  long percentile(double percent) {
    return histogram.getTotalCount() == 0 ? -1 : histogram.getValueAtPercentile(percent);
  }
}
