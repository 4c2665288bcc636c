package io.sennit.store;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.loop.LoopThread;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A loop on one plain thread, for tests that have no network. Each task is a turn. */
class TestLoop implements Loop, AutoCloseable {
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor executor;
  private final RandomGenerator random = new SplittableRandom(1);
  private final SecureRandom secrets = new SecureRandom();
  private final Set<Runnable> turnEnd = new LinkedHashSet<>();
  final AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();

  private static final class LoopingThread extends Thread implements LoopThread {
    LoopingThread(Runnable work) {
      super(work, "test-loop");
      setDaemon(true);
    }
  }

  TestLoop() {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              var made = new LoopingThread(work);
              thread.set(made);
              return made;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(() -> turn(task));
  }

  private void turn(Runnable task) {
    try {
      task.run();
      while (!turnEnd.isEmpty()) {
        var first = turnEnd.iterator().next();
        turnEnd.remove(first);
        first.run();
      }
    } catch (RuntimeException | AssertionError e) {
      thrown.compareAndSet(null, e);
    }
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread.get();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Instant wallTime() {
    return Instant.now();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public SecureRandom secrets() {
    return secrets;
  }

  @Override
  public Timer timer(Runnable task) {
    return new Timer() {
      private @Nullable ScheduledFuture<?> armed;

      @Override
      public void arm(long delayNanos) {
        cancel();
        armed = executor.schedule(() -> turn(task), delayNanos, TimeUnit.NANOSECONDS);
      }

      @Override
      public void cancel() {
        if (armed != null) {
          armed.cancel(false);
        }
      }
    };
  }

  @Override
  public void atTurnEnd(Runnable task) {
    turnEnd.add(task);
  }

  @Override
  public <T> void offload(Callable<T> work, Done<T> done) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                T value = work.call();
                back(() -> done.ok(value));
              } catch (SennitException e) {
                back(() -> done.failed(e));
              } catch (Exception e) {
                back(() -> done.failed(new StorageException("work failed", ErrorContext.NONE, e)));
              }
            });
  }

  /** What comes back after the loop's end has nobody to come back to. */
  private void back(Runnable answer) {
    try {
      execute(answer);
    } catch (RejectedExecutionException e) {
      if (!executor.isShutdown()) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    executor.shutdown();
    if (!executor.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new AssertionError("a test loop did not end");
    }
  }
}
