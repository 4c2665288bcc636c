package io.sennit.core.spi;

import io.sennit.core.loop.LoopThread;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts user code, and is how a thread waits for a loop. On the real machine: virtual threads and
 * {@link LockSupport}; in a simulation exactly one thread runs at a time, in an order drawn from
 * the seed.
 */
public interface Runner {
  /**
   * Starts {@code userCode} on a thread of its own. What it throws is logged once. Cancelling the
   * future with interruption interrupts the thread. Any thread may call this.
   */
  Future<?> start(String name, Runnable userCode);

  /**
   * Waits on the calling thread until {@link #unpark} is called for it, it is interrupted, or for
   * no reason: callers loop on their condition. An unpark before the park is remembered.
   */
  default void park() {
    LockSupport.park(this);
  }

  /** Wakes a thread that waits, or will wait, in {@link #park}. Any thread may call this. */
  default void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }

  /** Whether the calling thread may wait; false on a loop. */
  default boolean mayBlock() {
    return !(Thread.currentThread() instanceof LoopThread);
  }

  /** Monotonic nanoseconds for user threads, on the clock of {@link Loop#nanoTime}. Any thread. */
  default long nanoTime() {
    return System.nanoTime();
  }

  /** The wall clock for user threads and for guards, on the clock of {@link Loop#wallTime}. */
  default Instant wallTime() {
    return Instant.now();
  }
}
