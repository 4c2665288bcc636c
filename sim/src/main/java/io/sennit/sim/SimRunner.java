package io.sennit.sim;

import io.sennit.core.spi.Runner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Starts user code on the simulation's threads; at the fabric's end it is interrupted. */
final class SimRunner implements Runner {
  private final Threads threads;
  private final Life life;
  private final List<SimTask<?>> running = new ArrayList<>();
  private int most = 64;
  private boolean closed;

  SimRunner(Threads threads, Life life) {
    this.threads = threads;
    this.life = life;
  }

  @Override
  public Future<?> start(String name, Runnable userCode) {
    var task = threads.start(life, name, Executors.callable(userCode));
    if (closed) {
      task.cancel(true);
      return task;
    }
    if (running.size() >= most) {
      running.removeIf(SimTask::isDone);
      most = Math.max(64, 2 * running.size());
    }
    running.add(task);
    return task;
  }

  /** The fabric is closed. */
  void close() {
    closed = true;
    List.copyOf(running).forEach(task -> task.cancel(true));
    running.clear();
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
