package io.sennit.net;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.sennit.core.loop.LoopThread;
import java.util.concurrent.ThreadFactory;

/** Makes the threads of loops, which a blocking call recognises. */
record LoopThreads(String name, Wakings wakings) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable work) {
    var thread = new Looping(work, name, wakings);
    thread.setDaemon(true);
    return thread;
  }

  /** Knows whom its loop has yet to wake. */
  static final class Looping extends FastThreadLocalThread implements LoopThread {
    final Wakings wakings;

    private Looping(Runnable work, String name, Wakings wakings) {
      super(work, name);
      this.wakings = wakings;
    }
  }
}
