package io.sennit.core;

import java.time.Duration;
import java.util.Objects;

/**
 * How long an operation may take, always the last argument: {@code call(peer, ask,
 * within(ofMillis(50)))}. Without one, the deadline of the handler the caller runs in is inherited
 * (see {@link Deadline#current()}), else the strand's documented default applies.
 *
 * @param duration more than zero
 */
public record Within(Duration duration) {
  /** Checks the range. */
  public Within {
    Objects.requireNonNull(duration, "duration");
    if (duration.isNegative() || duration.isZero()) {
      throw new ConfigException("within", duration.toString(), "a duration above zero");
    }
  }

  /** Reads well at the call: {@code within(ofMillis(50))}. */
  public static Within within(Duration duration) {
    return new Within(duration);
  }

  /**
   * Nanoseconds, saturated at {@link Long#MAX_VALUE} / 2 so that sums with a clock never overflow.
   */
  public long nanos() {
    return duration.compareTo(Duration.ofDays(36_500)) > 0
        ? Long.MAX_VALUE / 2
        : duration.toNanos();
  }
}
