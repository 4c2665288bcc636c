package io.sennit.core.loop;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/** A loop that takes tasks; what else a test needs, its double adds. */
public abstract class BareLoop implements Loop {
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
