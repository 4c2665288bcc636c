package io.sennit.core.loop;

import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** A loop on one real thread, of which only {@code execute} works. */
final class QueueLoop implements Loop, AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  @Override
  public void execute(Runnable task) {
    thread.execute(task);
  }

  @Override
  public void close() {
    thread.close();
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
