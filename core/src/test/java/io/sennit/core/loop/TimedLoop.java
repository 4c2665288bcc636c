package io.sennit.core.loop;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop on one real thread with timers. */
final class TimedLoop extends BareLoop implements AutoCloseable {
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  public Timer timer(Runnable task) {
    return new Timer() {
      private @Nullable ScheduledFuture<?> armed;

      @Override
      public void arm(long delayNanos) {
        cancel();
        armed = thread.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
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
  public void close() {
    thread.shutdownNow();
  }
}
