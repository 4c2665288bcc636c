package io.sennit.core.loop;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the wake-ups asked for, for Lincheck; nothing else works. */
final class CountingLoop extends BareLoop {
  private final AtomicInteger wakes = new AtomicInteger();

  @Override
  public void execute(Runnable task) {
    wakes.incrementAndGet();
  }

  /** Takes one wake-up, if one was asked for. The loop only. */
  boolean take() {
    if (wakes.get() == 0) {
      return false;
    }
    wakes.decrementAndGet();
    return true;
  }
}
