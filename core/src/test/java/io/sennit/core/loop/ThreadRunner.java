package io.sennit.core.loop;

import io.sennit.core.spi.Runner;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** User code on virtual threads. */
final class ThreadRunner implements Runner {
  @Override
  public Future<?> start(String name, Runnable userCode) {
    var task = new FutureTask<Object>(userCode, true);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }
}
