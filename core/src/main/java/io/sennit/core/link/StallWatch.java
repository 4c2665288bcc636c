package io.sennit.core.link;

import io.sennit.core.spi.Loop;
import java.time.Duration;

/**
 * Notices that bytes wait and the peer takes none for the stall time. Looks four times in it, so
 * the end comes after at most a quarter more. Of a loop.
 */
final class StallWatch {
  private static final long LEAST_NANOS = 1_000_000;

  private final Loop loop;
  private final BytePipe pipe;
  private final Waiter waiter;
  private final long stallNanos;
  private final Loop.Timer timer;
  private boolean watching;
  private long lastProgress;
  private long progressNanos;

  /** Who is watched. */
  interface Waiter {
    /** Whether there is still something to wait for. */
    boolean isWaiting();

    /** It took too long. */
    void stalled();
  }

  StallWatch(Loop loop, BytePipe pipe, Waiter waiter, Duration stall) {
    this.loop = loop;
    this.pipe = pipe;
    this.waiter = waiter;
    this.stallNanos = stall.toNanos();
    this.timer = loop.timer(this::look);
  }

  /** Watches from now on, if it does not already. */
  void watch() {
    if (!watching) {
      again();
    }
  }

  /** Watches, and the time begins anew. */
  void again() {
    progressed();
    if (!watching) {
      arm();
    }
  }

  void cancel() {
    watching = false;
    timer.cancel();
  }

  private void progressed() {
    lastProgress = pipe.progress();
    progressNanos = loop.nanoTime();
  }

  private void arm() {
    watching = true;
    timer.arm(Math.max(LEAST_NANOS, stallNanos / 4));
  }

  private void look() {
    watching = false;
    if (!waiter.isWaiting()) {
      return;
    }
    if (pipe.progress() != lastProgress) {
      progressed();
    } else if (loop.nanoTime() - progressNanos >= stallNanos) {
      waiter.stalled();
      return;
    }
    arm();
  }
}
