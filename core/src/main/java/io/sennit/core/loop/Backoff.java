package io.sennit.core.loop;

import io.sennit.core.ConfigException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubles from {@code first} to {@code cap}, each wait drawn
 * from the upper half of its span so that many do not try in step.
 *
 * @param first the longest first wait, above zero
 * @param cap the longest wait ever, at least {@code first}, at most 365 days
 */
public record Backoff(Duration first, Duration cap) {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Checks the ranges: a wait of nothing would be a hot loop. */
  public Backoff {
    if (first.isNegative() || first.isZero() || first.compareTo(LONGEST) > 0) {
      throw new ConfigException("backoff.first", first.toString(), "above zero, up to 365 days");
    }
    if (cap.compareTo(first) < 0 || cap.compareTo(LONGEST) > 0) {
      throw new ConfigException("backoff.cap", cap.toString(), "from " + first + " to 365 days");
    }
  }

  /**
   * The wait before a try.
   *
   * @param failures how many tries have failed in a row, from 1
   */
  public long nanos(int failures, RandomGenerator random) {
    long limit = cap.toNanos();
    long base = Math.min(first.toNanos(), limit);
    int doublings = Math.max(failures - 1, 0);
    boolean capped = doublings >= Long.numberOfLeadingZeros(base) || base << doublings > limit;
    long span = capped ? limit : base << doublings;
    return span / 2 + random.nextLong(Math.max(1, span / 2));
  }
}
