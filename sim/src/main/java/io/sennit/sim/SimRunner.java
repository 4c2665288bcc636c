package io.sennit.sim;

import io.sennit.core.spi.Runner;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts user code on the simulation's threads. */
final class SimRunner implements Runner {
  private final Threads threads;
  private final Life life;

  SimRunner(Threads threads, Life life) {
    this.threads = threads;
    this.life = life;
  }

  @Override
  public Future<?> start(String name, Runnable userCode) {
    return threads.start(life, name, Executors.callable(userCode));
  }

  @Override
  public void park() {
    threads.park();
  }

  @Override
  public void unpark(Thread thread) {
    threads.unpark(thread);
  }

  @Override
  public boolean mayBlock() {
    return threads.mayBlock();
  }

  @Override
  public long nanoTime() {
    return life.clock().nanoTime();
  }

  @Override
  public Instant wallTime() {
    return life.clock().wallTime();
  }
}
