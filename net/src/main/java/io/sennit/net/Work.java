package io.sennit.net;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few platform threads for work that blocks, with a bounded queue. Never virtual threads: a slow
 * lookup must not hold a carrier that a handler, or the detection of failures, is waiting for.
 */
final class Work implements AutoCloseable {
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads;
  private final String name;

  Work(String name, int count, int queue) {
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
    try {
      threads.execute(() -> run(work, loop, done));
    } catch (RejectedExecutionException e) {
      var why =
          new RejectedException(
              name + " is full or closed",
              ErrorContext.advice("Offload less at a time, or try again."),
              e);
      loop.soon(() -> done.failed(why));
    }
  }

  private static <T> void run(Callable<T> work, NetLoop loop, Done<T> done) {
    T value;
    try {
      value = work.call();
    } catch (SennitException e) {
      loop.comeBack(() -> done.failed(e));
      return;
    } catch (Throwable t) {
      var why = new StorageException("offloaded work failed: " + t, ErrorContext.NONE, t);
      loop.comeBack(() -> done.failed(why));
      return;
    }
    loop.comeBack(() -> done.ok(value));
  }

  boolean awaitEnd(long millis) throws InterruptedException {
    return threads.awaitTermination(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
