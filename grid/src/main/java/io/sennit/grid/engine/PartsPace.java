package io.sennit.grid.engine;

import io.sennit.core.ProtocolException;

/**
 * How many bytes of parts may be under way. What is under way stands in queues that no lane can
 * pass: the kernel's, and the peer's unread bytes; so it is as much as the path needs and no more.
 * Measured by how long it takes until the peer says that it took a part: growing while that is
 * about as fast as it ever was, shrinking when queues build up. grid.md §9.2.
 */
final class PartsPace {
  /** A reader says what it has taken at least this often, in bytes. */
  static final int SAY_EVERY = 64 * 1024;

  /** Where it begins, and where it measures afresh: little enough to be no queue of its own. */
  static final long LEAST = 2 * SAY_EVERY;

  static final long MOST = 16L << 20;

  private static final long SOME_QUEUE =
      500_000; // nanoseconds a small message may wait behind parts
  private static final long LONG_QUEUE = 1_000_000;
  private static final long FORGET = 10_000_000_000L; // a path may change
  private static final long NONE = -1;

  private long ahead = LEAST;
  private long sent;
  private long taken;
  private long mark = NONE; // what is sent up to here is being timed
  private long markNanos;
  private long fastest = Long.MAX_VALUE;
  private long fastestNanos;

  /** Whether another part may go. */
  boolean isOpen() {
    return sent - taken < ahead;
  }

  /** Bytes that may be under way. */
  long ahead() {
    return ahead;
  }

  /** A part goes out. */
  void sent(int bytes, long now) {
    sent += bytes;
    if (mark == NONE) {
      mark = sent;
      markNanos = now;
    }
  }

  /** The peer has taken so many bytes more. */
  void taken(long bytes, long now) throws ProtocolException {
    if (bytes > sent - taken) {
      throw new ProtocolException(
          "part", -1, "took " + bytes + " bytes of " + (sent - taken) + " under way");
    }
    boolean full = !isOpen();
    taken += bytes;
    if (mark != NONE && taken >= mark) {
      mark = NONE;
      timed(now - markNanos, now, full);
    }
  }

  private void timed(long nanos, long now, boolean full) {
    if (nanos <= fastest) {
      fastest = nanos;
      fastestNanos = now;
    } else if (now - fastestNanos > FORGET) {
      fastest = Long.MAX_VALUE; // its own queue must not pass for the path's length
      ahead = LEAST;
      return;
    }
    if (nanos > fastest + fastest / 2 + LONG_QUEUE) {
      ahead = Math.max(LEAST, ahead - ahead / 4);
    } else if (full && nanos < fastest + fastest / 4 + SOME_QUEUE) {
      ahead = Math.min(MOST, ahead * 2);
    }
  }
}
