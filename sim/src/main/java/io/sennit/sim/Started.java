package io.sennit.sim;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** User code under way that belongs to no node: see {@link Simulation#start}. */
public final class Started<T extends @Nullable Object> {
  private final SimTask<T> task;

  Started(SimTask<T> task) {
    this.task = task;
  }

  /** Whether it has ended. */
  public boolean isDone() {
    return task.isDone();
  }

  /** Interrupts it. */
  public void interrupt() {
    task.cancel(true);
  }

  /** What it threw, or null. */
  public @Nullable Throwable failure() {
    return task.failure();
  }

  /** What it returned; what it threw is thrown again. Waits as the calling thread. */
  public T result() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw rethrown(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  static RuntimeException rethrown(Throwable failure) {
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
