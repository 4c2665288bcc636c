package io.sennit.core.loop;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** Counts the wake-ups asked for, for Lincheck; nothing else works. */
final class CountingLoop implements Loop {
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

  @Override
  public boolean inLoop() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long nanoTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Instant wallTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public RandomGenerator random() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SecureRandom secrets() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Timer timer(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void atTurnEnd(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> void offload(Callable<T> work, Done<T> done) {
    throw new UnsupportedOperationException();
  }
}
