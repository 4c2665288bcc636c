package io.sennit.core.loop;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubles from {@code first} to {@code cap}, each wait drawn
 * from the upper half of its span so that many do not try in step.
 *
 * @param first the longest first wait
 * @param cap the longest wait ever
 */
public record Backoff(Duration first, Duration cap) {
  /**
   * The wait before a try.
   *
   * @param failures how many tries have failed in a row, from 1
   */
  public long nanos(int failures, RandomGenerator random) {
    int doublings = Math.min(Math.max(failures - 1, 0), 30);
    long span = Math.min(cap.toNanos(), first.toNanos() << Math.min(doublings, 20));
    if (span <= 1) {
      return Math.max(0, span);
    }
    return span / 2 + random.nextLong(span / 2);
  }
}
