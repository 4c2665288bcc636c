package io.sennit.core.loop;

import io.sennit.core.spi.Runner;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Where user threads wait for a condition that a loop makes true. The one who changes what the
 * condition reads calls {@link #signal} afterwards; a waiter costs nothing until it really waits.
 */
public final class Gate {
  private final Runner runner;
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

  /** With nobody waiting. */
  public Gate(Runner runner) {
    this.runner = runner;
  }

  /**
   * Waits on the calling thread until the condition holds. There is no time limit here: what the
   * condition reads must be ended by an engine's timer.
   *
   * @throws InterruptedException if the thread is interrupted; its mark is cleared
   * @throws IllegalStateException on a loop, at once
   */
  public void await(BooleanSupplier condition) throws InterruptedException {
    if (condition.getAsBoolean()) {
      return;
    }
    if (!runner.mayBlock()) {
      throw new IllegalStateException(
          "a blocking call on an event loop; use its Async twin, or a handler that is not inline");
    }
    var me = Thread.currentThread();
    while (true) {
      waiting.add(me);
      if (condition.getAsBoolean()) {
        waiting.remove(me);
        return;
      }
      runner.park();
      waiting.remove(me);
      if (condition.getAsBoolean()) {
        return;
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Wakes all who wait, to look at their conditions again. Any thread. */
  public void signal() {
    Thread thread = waiting.poll();
    while (thread != null) {
      runner.unpark(thread);
      thread = waiting.poll();
    }
  }
}
