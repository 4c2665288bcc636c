package io.sennit.mesh;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Runner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How a thread waits for a future that a loop completes within a deadline of its own. */
final class Waits {
  private Waits() {}

  static <T extends @Nullable Object> T join(Runner runner, CompletableFuture<T> future) {
    if (!future.isDone()) {
      if (!runner.mayBlock()) {
        throw new IllegalStateException("a blocking call on an event loop; use its Async twin");
      }
      var me = Thread.currentThread();
      future.whenComplete((_, _) -> runner.unpark(me));
      while (!future.isDone()) {
        runner.park();
        if (Thread.interrupted()) {
          future.cancel(true);
          Thread.currentThread().interrupt();
          throw new CancelledException("the waiting thread was interrupted", ErrorContext.NONE);
        }
      }
    }
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof SennitException why) {
        throw why.in(why.context()); // with the stack of the caller
      }
      throw e;
    }
  }
}
