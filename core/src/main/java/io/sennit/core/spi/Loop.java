package io.sennit.core.spi;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * The one thread an engine lives on, in turns: input is delivered, tasks and due timers run, then
 * the turn-end tasks. {@link #execute}, {@link #inLoop} and {@link #stats} may be called from any
 * thread; everything else only from the loop itself, which is asserted.
 *
 * <p><b>What is thrown on it</b> ends nothing but what threw: a task or timer is logged and
 * counted, a link ends with that reason.
 *
 * <p><b>After its end</b> (its fabric was closed) an engine can still be asked, and still answers.
 * Tasks given to {@link #execute} run one at a time, in the order of each caller, on one thread
 * that all ended loops share and that counts as the loop's own: {@link #inLoop} is true there.
 * Timers no longer fire, and whatever is asked of the fabric is answered with its end as the
 * reason.
 */
public interface Loop extends Executor {
  /**
   * Runs a task in a later turn; from any thread, in the order of each caller. It is never refused:
   * after the loop's end it runs as said above. In a simulation nothing runs in a process that was
   * killed.
   */
  @Override
  void execute(Runnable task);

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

  /** Rounds of turn-end tasks in one turn; what is asked for in the last one runs a turn later. */
  int MOST_ROUNDS = 64;

  /**
   * Runs {@code task} once at the end of this turn, after the turn's input; asking twice for the
   * same task object in one turn runs it once. A task asked for by a turn-end task runs in the same
   * turn, unless {@link #MOST_ROUNDS} such rounds have run: then it runs in the next turn, which
   * follows at once.
   */
  void atTurnEnd(Runnable task);

  /**
   * Runs blocking or costly work elsewhere; {@code done} comes back to this loop. The work must not
   * touch the engine. It has no place where a lease, a certificate or a name waits: those have
   * threads of their own. What it throws arrives as the failure: a {@link
   * io.sennit.core.SennitException} as itself, anything else as the cause of a {@link
   * io.sennit.core.StorageException}.
   */
  <T> void offload(Callable<T> work, Done<T> done);

  /** Counts since the loop began; any thread. */
  default Stats stats() {
    return Stats.NONE;
  }

  /**
   * What a loop has done so far.
   *
   * @param turns turns in which anything happened
   * @param slowTurns those that took over 10 ms
   * @param longestTurnNanos how long the longest took
   * @param failures exceptions that reached the loop: of tasks, timers, links and of itself
   */
  record Stats(long turns, long slowTurns, long longestTurnNanos, long failures) {
    /** Nothing was counted. */
    public static final Stats NONE = new Stats(0, 0, 0, 0);
  }

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
