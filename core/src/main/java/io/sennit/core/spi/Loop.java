package io.sennit.core.spi;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The one thread an engine lives on, in turns: input is delivered, tasks and due timers run, then
 * the turn-end tasks. {@link #execute} may be called from any thread and keeps the order of each
 * caller; everything else only from the loop itself, which is asserted.
 */
public interface Loop extends Executor {
  /** Whether the calling thread is this loop's. Any thread may ask. */
  boolean inLoop();

  /** Monotonic nanoseconds, read once a turn; never goes back. */
  long nanoTime();

  /** The wall clock, for the wire and for people, never for a timer. */
  Instant wallTime();

  /** Fast randomness for jitter, masks and shuffles; from the seed in a simulation. */
  RandomGenerator random();

  /** Secure randomness for identities and keys; from the seed in a simulation. */
  SecureRandom secrets();

  /** A timer that runs {@code task} on this loop; made once, armed again and again. */
  Timer timer(Runnable task);

  /**
   * Runs {@code task} once at the end of this turn, after the turn's input; asking twice for the
   * same task object in one turn runs it once. A task asked for by a turn-end task runs in the same
   * turn.
   */
  void atTurnEnd(Runnable task);

  /**
   * Runs blocking or costly work elsewhere; {@code done} comes back to this loop. The work must not
   * touch the engine. What it throws arrives as the failure: a {@link
   * io.sennit.core.SennitException} as itself, anything else as the cause of a {@link
   * io.sennit.core.StorageException}.
   */
  <T> void offload(Callable<T> work, Done<T> done);

  /** One armed moment at most; on the loop only. */
  interface Timer {
    /**
     * Fires once, {@code delayNanos} from now or as soon as possible after; replaces an earlier
     * arming.
     */
    void arm(long delayNanos);

    /** Forgets the arming; harmless when there is none. */
    void cancel();
  }
}
