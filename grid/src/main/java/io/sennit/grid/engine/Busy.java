package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.grid.NodeBusyException;
import java.time.Duration;

/** How a bound that was reached is said, to the peer and to users here. */
final class Busy {
  /**
   * What a refusal for being busy begins with, between Sennit peers; docs/protocol/grid.md §9.9.
   */
  static final String PREFIX = "busy: ";

  /** The bound on what peers make this side hold. */
  static final String RECEIVED = "too many bytes of this peer, or of all, are held";

  /** Milliseconds after which the first who are refused should try again. */
  static final int FIRST_MS = 20;

  /** How often that doubles, up to 1.3 s and its jitter. */
  static final int DOUBLINGS = 6;

  private static final Duration SOON = Duration.ofMillis(FIRST_MS);

  private Busy() {}

  /** A queue on this side is full. */
  static NodeBusyException queue(String what, long bytes, String peer) {
    return new NodeBusyException(
        what + " (" + bytes + " bytes)",
        new ErrorContext(
            peer,
            "call",
            Duration.ZERO,
            Outcome.DID_NOT_RUN,
            "Wait for calls in flight, or raise queueBytes."),
        SOON);
  }

  /** A bound on what this side holds was reached. */
  static NodeBusyException here(String what, String peer) {
    return new NodeBusyException(
        what,
        ErrorContext.peer(peer).withAdvice("Ask for less at a time, or raise received."),
        SOON);
  }

  /** The peer says that it is busy, and after how long one should try again. */
  static NodeBusyException there(String text, long retryMs) {
    return new NodeBusyException(
        "the peer is " + text,
        ErrorContext.NONE.withAdvice("Try again later, or call another peer."),
        retryMs > 0 ? Duration.ofMillis(Math.min(retryMs, 60_000)) : SOON);
  }
}
