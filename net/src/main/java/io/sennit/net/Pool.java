package io.sennit.net;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.Thrown;
import io.sennit.core.spi.Done;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads for work that blocks, with a bounded queue. Never virtual threads: a slow
 * lookup must not hold a carrier that a handler, or the detection of failures, is waiting for. Each
 * piece of work is answered exactly once, on its loop, whatever happens to the pool.
 */
final class Pool implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads;
  private final String name;
  private final Set<Job<?>> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Pool(String name, int count, int queue) {
    this.name = name;
    var made = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            task -> {
              var thread = new Thread(task, name + "-" + made.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  <T> void start(Callable<T> work, NetLoop loop, Done<T> done) {
    var job = new Job<>(work, loop, done);
    try {
      threads.execute(job);
    } catch (RejectedExecutionException e) {
      job.failed(
          closed
              ? over("before this work began")
              : new RejectedException(
                  name + " is full",
                  ErrorContext.advice("Offload less at a time, or try again."),
                  e));
    } catch (OutOfMemoryError e) {
      // no thread could be started
      job.failed(new RejectedException(name + ": " + Thrown.message(e), ErrorContext.NONE, e));
    }
  }

  private static SennitException over(String when) {
    return new DisconnectedException("this side was closed " + when, ErrorContext.NONE);
  }

  /** Work and who waits for its answer, which comes once. */
  private final class Job<T> implements Runnable {
    private final Callable<T> work;
    private final NetLoop loop;
    private final Done<T> done;
    private final AtomicBoolean answered = new AtomicBoolean();

    Job(Callable<T> work, NetLoop loop, Done<T> done) {
      this.work = work;
      this.loop = loop;
      this.done = done;
    }

    @Override
    public void run() {
      running.add(this);
      try {
        T value = work.call();
        if (answered.compareAndSet(false, true)) {
          loop.execute(() -> done.ok(value));
        }
      } catch (SennitException e) {
        failed(e);
      } catch (Throwable t) {
        var cause = Thrown.printable(t);
        failed(new StorageException("offloaded work failed: " + cause, ErrorContext.NONE, cause));
      } finally {
        running.remove(this);
      }
    }

    void failed(SennitException why) {
      if (answered.compareAndSet(false, true)) {
        loop.execute(() -> done.failed(why));
      }
    }
  }

  /** Refuses what waits and interrupts what runs; whatever that returns is still answered. */
  @Override
  public void close() {
    closed = true;
    for (var waiting : threads.shutdownNow()) {
      ((Job<?>) waiting).failed(over("before this work began"));
    }
  }

  /** Waits for what runs; what has not come back by then is answered without it. */
  void awaitEnd(long nanos) throws InterruptedException {
    if (!threads.awaitTermination(nanos, TimeUnit.NANOSECONDS)) {
      running.forEach(job -> job.failed(over("while this work ran")));
    }
  }
}
