package io.sennit.net;

import io.sennit.core.spi.Runner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;

/** User code on virtual threads, each with its name; at the end they are interrupted. */
final class NetRunner implements Runner, AutoCloseable {
  /** Cheaper than a builder for each thread. */
  private static final ThreadFactory THREADS = Thread.ofVirtual().factory();

  private final Set<UserTask> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  @Override
  public Future<?> start(String name, Runnable userCode) {
    var task = new UserTask(userCode, running);
    running.add(task);
    task.prepare(THREADS, name);
    if (closed) { // looked at after the adding: whoever closes later finds it there
      task.cancel(true);
      running.remove(task);
      return task;
    }
    if (Thread.currentThread() instanceof LoopThreads.Looping loop) {
      loop.wakings.start(task);
    } else {
      task.begin();
    }
    return task;
  }

  @Override
  public void unpark(Thread thread) {
    if (Thread.currentThread() instanceof LoopThreads.Looping loop) {
      loop.wakings.unpark(thread);
    } else {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(task -> task.cancel(true));
  }
}
