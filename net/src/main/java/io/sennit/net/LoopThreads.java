package io.sennit.net;

import io.netty.util.concurrent.FastThreadLocalThread;
import io.sennit.core.loop.LoopThread;
import java.util.concurrent.ThreadFactory;

/** Makes the thread of a loop, which a blocking call recognises. */
record LoopThreads(NetLoop loop) implements ThreadFactory {
  @Override
  public Thread newThread(Runnable work) {
    var thread = new Looping(work, loop);
    thread.setDaemon(true);
    loop.runsOn(thread);
    return thread;
  }

  /** Knows whom its loop has yet to wake, and tells the loop when it ends. */
  static final class Looping extends FastThreadLocalThread implements LoopThread {
    final Wakings wakings;

    private Looping(Runnable work, NetLoop loop) {
      super(
          () -> {
            try {
              work.run();
            } finally {
              loop.gone();
            }
          },
          loop.toString());
      this.wakings = loop.wakings();
    }
  }
}
