package io.sennit.core;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The point in time by which the work in hand must end, bound to the thread a handler runs on and
 * inherited by the calls it makes.
 *
 * @param nanoTime on the clock of {@code clock}
 * @param clock the monotonic clock the deadline was taken from
 */
public record Deadline(long nanoTime, LongSupplier clock) {
  /** Bound by handlers; read by calls. */
  public static final ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  /** The deadline of the handler this thread runs, if it has one. */
  public static Optional<Deadline> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Nanoseconds left; negative when it has passed. */
  public long remainingNanos() {
    return nanoTime - clock.getAsLong();
  }
}
