package io.sennit.shards.engine;

import io.sennit.core.spi.Loop;
import org.jspecify.annotations.Nullable;

/**
 * A timer of an engine that is made on another thread: the loop makes it when it is first armed.
 */
final class LazyTimer {
  private final Loop loop;
  private final Runnable task;
  private Loop.@Nullable Timer timer;

  LazyTimer(Loop loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  void arm(long delayNanos) {
    var made = timer;
    if (made == null) {
      made = loop.timer(task);
      timer = made;
    }
    made.arm(delayNanos);
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
