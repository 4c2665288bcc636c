package io.sennit.net;

import io.sennit.core.loop.LoopThread;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread of this process on which loops that have ended go on answering: it runs what is
 * still given to them, one task at a time. It starts when there is something to run.
 */
final class EndedLoops {
  private static final long IDLE_MILLIS = 100;

  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1, 1, IDLE_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), After::new);

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private EndedLoops() {}

  /** Has the loop run what it was given late. */
  static void run(NetLoop loop) {
    THREAD.execute(loop::runLate);
  }

  /** Whether the calling thread is this one. */
  static boolean here() {
    return Thread.currentThread() instanceof After;
  }

  /** A blocking call recognises it as a loop's thread. */
  private static final class After extends Thread implements LoopThread {
    After(Runnable work) {
      super(work, "sennit-ended-loops");
      setDaemon(true);
    }
  }
}
