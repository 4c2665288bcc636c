package io.sennit.core;

import java.util.Optional;

/**
 * The point in time by which the work in hand must end, bound to the thread a handler runs on and
 * inherited by the calls it makes. An interface, so that a call can be its own deadline: a handler
 * then costs no object more. Any thread may ask.
 */
@FunctionalInterface
public interface Deadline {
  /** Bound by handlers; read by calls. */
  ScopedValue<Deadline> CURRENT = ScopedValue.newInstance();

  /** The deadline of the handler this thread runs, if it has one. */
  static Optional<Deadline> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Nanoseconds left on the clock of the loop; negative when it has passed. */
  long remainingNanos();
}
