package io.sennit.net;

import io.sennit.core.spi.Runner;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** User code on virtual threads, each with its name; at the end they are interrupted. */
final class NetRunner implements Runner, AutoCloseable {
  private final Set<Task> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  @Override
  public Future<?> start(String name, Runnable userCode) {
    var task = new Task(name, userCode);
    running.add(task);
    Thread.ofVirtual().name(name).start(task);
    if (closed) {
      task.cancel(true);
    }
    return task;
  }

  @Override
  public void close() {
    closed = true;
    running.forEach(task -> task.cancel(true));
  }

  /** One run of user code. */
  private final class Task extends FutureTask<Object> {
    private final String name;

    Task(String name, Runnable userCode) {
      super(userCode, Boolean.TRUE);
      this.name = name;
    }

    @Override
    protected void setException(Throwable why) {
      System.getLogger("io.sennit.net.run")
          .log(Level.ERROR, name + " ended with an exception", why);
      super.setException(why);
    }

    @Override
    protected void done() {
      running.remove(this);
    }
  }
}
