package io.sennit.net;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The event loop under a {@link NetLoop}, whose turns are ours to shape. Nothing that any step of a
 * turn throws ends it.
 */
final class Turns extends SingleThreadIoEventLoop {
  /** Tasks that keep adding tasks let sockets have their turn after this long. */
  private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** I/O that fails again and again is tried this often at most. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final NetLoop loop;
  private final Timers timers;
  private int ioFailures;

  Turns(NetLoop loop, Timers timers, LoopThreads threads, Io io) {
    super((IoEventLoopGroup) null, threads, io.handlers());
    this.loop = loop;
    this.timers = timers;
  }

  @Override
  protected void run() {
    Throwable why = null;
    try {
      ioHandler().initialize();
      do {
        turn();
      } while (!confirmShutdown() && !canSuspend());
    } catch (Throwable t) {
      why = t;
      throw t;
    } finally {
      leave(why);
    }
  }

  private void turn() {
    try {
      runIo();
      ioFailures = 0;
    } catch (Throwable t) {
      loop.failed("input and output", t);
      pause();
    }
    try {
      if (isShuttingDown()) {
        loop.shuttingDown(null); // before channels are closed under what lives on them
        ioHandler().prepareToDestroy();
      }
      if (hasTasks()) {
        loop.nanoTime();
      }
      runAllTasks(TASKS_NANOS);
    } catch (Throwable t) {
      loop.failed("a task", t);
    }
    try {
      timers.run(loop.nanoTime(), loop::guarded);
    } catch (Throwable t) {
      loop.failed("a timer", t);
    }
    loop.endTurn();
  }

  /** A descriptor that is broken for good must not burn a processor. */
  private void pause() {
    ioFailures++;
    if (ioFailures > 1) {
      LockSupport.parkNanos(Math.min(LONGEST_PAUSE_NANOS, 1_000_000L << Math.min(ioFailures, 10)));
    }
  }

  /** The thread goes on no longer, for whatever reason. */
  private void leave(@Nullable Throwable why) {
    try {
      loop.threadEnds(why);
    } finally {
      if (why != null) {
        ioHandler().prepareToDestroy(); // channels that nobody ends else
      }
    }
  }

  /** The kernel is waited for no longer than the next timer allows. */
  @Override
  protected long delayNanos(long currentTimeNanos) {
    return loop.hasMore()
        ? 0
        : Math.min(super.delayNanos(currentTimeNanos), timers.delay(currentTimeNanos));
  }

  /** The same as a moment. */
  @Override
  protected long deadlineNanos() {
    long now = System.nanoTime();
    long others = super.deadlineNanos() - now;
    long own = loop.hasMore() ? 0 : timers.delay(now);
    return now + Math.min(others, own);
  }
}
