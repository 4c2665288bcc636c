package io.sennit.net;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.sennit.core.loop.LoopThread;
import java.util.concurrent.ThreadFactory;

/** Makes the threads of loops, which a blocking call recognises. */
record LoopThreads(String name) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable work) {
    var thread = new Looping(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private static final class Looping extends FastThreadLocalThread implements LoopThread {
    Looping(Runnable work, String name) {
      super(work, name);
    }
  }
}
