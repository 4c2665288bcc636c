package io.sennit.stress;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** A loop that only counts how often it was to run something. */
final class CountingLoop implements Loop {
  private final AtomicInteger wakings = new AtomicInteger();

  /** Whether one was due; takes it. */
  boolean takeWaking() {
    return wakings.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
  }

  @Override
  public void execute(Runnable task) {
    wakings.incrementAndGet();
  }

  @Override
  public boolean inLoop() {
    return true;
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
