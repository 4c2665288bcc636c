package io.sennit.core.spi;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import java.time.Duration;
import java.util.Optional;

/**
 * Told what happens to a fabric, for logs, meters and tests: one seam for all of them. Methods are
 * called on whichever thread it happened on, loops among them, so they must not block; what they
 * throw is logged once and changes nothing.
 */
public interface FabricListener {
  /** Nobody listens. */
  FabricListener NONE = new FabricListener() {};

  /** A link opened, dialed or accepted. */
  default void linkOpened(Peer peer, boolean dialed) {}

  /** A link that had opened ended; empty: cleanly. */
  default void linkClosed(Peer peer, Optional<SennitException> why) {}

  /**
   * A loop has been in one turn for so long, and still is. Told again each time the turn's length
   * doubles.
   *
   * @param loop its name
   * @param sofar how long the turn has taken
   * @param stack what its thread is doing
   */
  default void loopBlocked(String loop, Duration sofar, StackTraceElement[] stack) {}

  /** Something threw on a loop where nobody expected it; the loop goes on. */
  default void loopFailed(String loop, Throwable why) {}

  /** A loop ended though nobody closed the fabric; everything on it was told. */
  default void loopEnded(String loop, Throwable why) {}

  /** A port stopped accepting, for instance because descriptors ran out. */
  default void acceptPaused(Address at, Throwable why) {}

  /** The same port accepts again. */
  default void acceptResumed(Address at) {}

  /** A store failed: nothing more can be written until it is opened again. */
  default void storeFailed(String store, SennitException why) {}

  /**
   * The same listener; what it throws is logged and reaches nobody. Wrapping twice does nothing.
   */
  static FabricListener guarded(FabricListener told) {
    return told == NONE || told instanceof GuardedListener ? told : new GuardedListener(told);
  }
}
