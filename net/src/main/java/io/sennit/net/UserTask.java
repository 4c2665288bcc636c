package io.sennit.net;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run of user code on a thread of its own. Leaner than a {@link
 * java.util.concurrent.FutureTask}: the thread ends with its task, so an interruption that comes
 * late can hit nothing else, and none of its care for that is needed.
 */
final class UserTask implements Runnable, Future<Object> {
  private final Runnable userCode;
  private final Set<UserTask> running;
  private volatile @Nullable Thread thread;
  private @Nullable Throwable failure; // seen by those who saw `done`
  private volatile boolean cancelled;
  private volatile boolean done;

  UserTask(Runnable userCode, Set<UserTask> running) {
    this.userCode = userCode;
    this.running = running;
  }

  void start(ThreadFactory threads, String name) {
    var mine = threads.newThread(this);
    mine.setName(name);
    thread = mine;
    mine.start();
  }

  @Override
  public void run() {
    try {
      if (!cancelled) {
        userCode.run();
      }
    } catch (Throwable t) {
      failure = t;
      System.getLogger("io.sennit.net.run")
          .log(Level.ERROR, Thread.currentThread().getName() + " ended with an exception", t);
    } finally {
      done = true;
      running.remove(this);
    }
  }

  @Override
  public boolean cancel(boolean mayInterrupt) {
    if (done || cancelled) {
      return false;
    }
    cancelled = true;
    var mine = thread;
    if (mayInterrupt && mine != null) {
      mine.interrupt();
    }
    return true;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  /** Whether the code has ended, or was told to: like all futures. */
  @Override
  public boolean isDone() {
    return done || cancelled;
  }

  @Override
  public Object get() throws InterruptedException, ExecutionException {
    var mine = thread;
    if (mine != null && !cancelled) {
      mine.join();
    }
    return result();
  }

  @Override
  public Object get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    var mine = thread;
    if (mine != null && !isDone() && !mine.join(Duration.ofNanos(unit.toNanos(timeout)))) {
      throw new TimeoutException("it still runs");
    }
    return result();
  }

  private Object result() throws ExecutionException {
    if (cancelled) {
      throw new CancellationException("cancelled");
    }
    if (failure != null) {
      throw new ExecutionException(failure);
    }
    return Boolean.TRUE;
  }
}
