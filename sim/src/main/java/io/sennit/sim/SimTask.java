package io.sennit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A piece of user code whose {@code get} waits in virtual time. */
final class SimTask<T extends @Nullable Object> extends FutureTask<T> {
  private final Threads threads;
  private final List<Thread> waiting = new ArrayList<>();
  final String name;

  SimTask(Threads threads, String name, Callable<T> code) {
    super(code);
    this.threads = threads;
    this.name = name;
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    while (!isDone()) {
      waiting.add(Thread.currentThread());
      threads.park();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    var bell = threads.bell(Thread.currentThread(), unit.toNanos(timeout));
    try {
      while (!isDone()) {
        if (bell.hasRung()) {
          throw new TimeoutException(name + " did not end within " + timeout + " " + unit);
        }
        waiting.add(Thread.currentThread());
        threads.park();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      bell.cancel();
    }
    return super.get();
  }

  @Override
  protected void done() {
    for (var thread : waiting) {
      threads.unpark(thread);
    }
    waiting.clear();
  }

  /** What it ended with, or null: a result, a cancellation, not yet. */
  @Nullable Throwable failure() {
    if (!isDone() || isCancelled()) {
      return null;
    }
    try {
      super.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | CancellationException e) {
      throw new IllegalStateException("a done task waits", e);
    }
  }
}
