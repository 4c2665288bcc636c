package io.sennit.net;

import io.sennit.core.spi.Runner;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** User code on virtual threads, each with its name; at the end they are interrupted. */
final class NetRunner implements Runner, AutoCloseable {
  private final Set<FutureTask<?>> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  @Override
  public Future<?> start(String name, Runnable userCode) {
    var task =
        new FutureTask<Object>(Executors.callable(() -> run(name, userCode))) {
          @Override
          protected void done() {
            running.remove(this);
          }
        };
    running.add(task);
    Thread.ofVirtual().name(name).start(task);
    if (closed) {
      task.cancel(true);
    }
    return task;
  }

  private static void run(String name, Runnable userCode) {
    try {
      userCode.run();
    } catch (Throwable t) {
      System.getLogger("io.sennit.net.run").log(Level.ERROR, name + " ended with an exception", t);
      throw t;
    }
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(task -> task.cancel(true));
  }
}
