package io.sennit.net;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
  private static final VarHandle BEGUN;

  static {
    try {
      BEGUN = MethodHandles.lookup().findVarHandle(UserTask.class, "begun", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Runnable userCode;
  private final Set<UserTask> running;
  private volatile @Nullable Thread thread;
  private @Nullable Throwable failure; // seen by those who saw `done`
  private volatile boolean cancelled;
  private volatile boolean done;

  @SuppressWarnings("UnusedVariable") // by its handle
  private volatile boolean begun;

  UserTask(Runnable userCode, Set<UserTask> running) {
    this.userCode = userCode;
    this.running = running;
  }

  /** Gives it a thread, which {@link #begin} starts. */
  void prepare(ThreadFactory threads, String name) {
    var mine = threads.newThread(this);
    mine.setName(name);
    thread = mine;
  }

  /** Starts it, unless somebody who waits for it has done so; any thread. */
  void begin() {
    var mine = thread;
    if (mine != null && BEGUN.compareAndSet(this, false, true)) {
      mine.start();
    }
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
    begin();
    var mine = thread;
    if (mine != null && !cancelled) {
      mine.join();
    }
    return result();
  }

  @Override
  public Object get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    begin();
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
