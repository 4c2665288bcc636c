package io.sennit.bench.harness;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The course of one load: open for its time, then draining; the first failure ends it. It begins
 * when it is made, so a driver makes its requests first: they are not part of a call's cost.
 */
final class Window {
  /** How long calls may still take once no more are issued. */
  private static final long DRAIN_SECONDS = 15;

  final Latencies latencies = new Latencies();
  private final CountDownLatch failed = new CountDownLatch(1);
  private final CountDownLatch drained;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Usage before;
  private final long start;
  private final long nanos;
  private volatile boolean closed;
  private volatile long end;

  Window(int workers, int millis) {
    this.drained = new CountDownLatch(workers);
    this.nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    this.before = Usage.now();
    this.start = System.nanoTime();
  }

  /** Whether no further operation is to be issued. */
  boolean closed() {
    return closed;
  }

  /** For drivers that look at the clock themselves: closes the window if its time is over. */
  boolean closeIfOver() {
    if (!closed && System.nanoTime() - start >= nanos) {
      close();
    }
    return closed;
  }

  void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    closed = true;
    failed.countDown();
  }

  /** One worker is done. */
  void workerDone() {
    drained.countDown();
  }

  /** Lets the load run for its time, then waits until all workers are done. */
  void run() throws Exception {
    if (failed.await(nanos, TimeUnit.NANOSECONDS)) {
      throwFailure();
    }
    close();
    drain();
  }

  /** Waits until all workers are done, for workers that close the window themselves. */
  void drain() throws Exception {
    long deadline = System.nanoTime() + nanos + TimeUnit.SECONDS.toNanos(DRAIN_SECONDS);
    while (!drained.await(50, TimeUnit.MILLISECONDS)) {
      throwFailure();
      if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(drained.getCount() + " workers still wait for an answer");
      }
    }
    throwFailure();
  }

  LoadResult result(long windowOps, long totalOps) {
    return new LoadResult(
        windowOps,
        end - start,
        totalOps,
        latencies.percentile(50),
        latencies.percentile(99),
        Usage.now().since(before));
  }

  private void close() {
    end = System.nanoTime();
    closed = true;
  }

  private void throwFailure() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("load failed: " + cause, cause);
    }
  }
}
