package io.sennit.net;

import io.sennit.core.spi.FabricListener;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices a turn that takes long while it lasts, on a thread of its own: says where the loop's
 * thread stands, at {@link #FIRST} and each time that the length has doubled.
 */
final class Watchdog implements Runnable, AutoCloseable {
  static final Duration FIRST = Duration.ofMillis(100);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
  private static final int MOST_FRAMES = 24;

  private final List<NetLoop> loops;
  private final FabricListener listener;
  private final Thread thread;
  private final long[] turns; // the turn that was looked at last
  private final long[] next; // and how long it must be to be told of
  private volatile boolean closed;

  Watchdog(List<NetLoop> loops, FabricListener listener) {
    this.loops = loops;
    this.listener = listener;
    this.turns = new long[loops.size()];
    this.next = new long[loops.size()];
    this.thread = Thread.ofPlatform().daemon().name("sennit-watchdog").unstarted(this);
  }

  void start() {
    thread.start();
  }

  @Override
  public void run() {
    while (!closed) {
      LockSupport.parkNanos(this, LOOK_NANOS);
      for (int i = 0; i < turns.length; i++) {
        look(i);
      }
    }
  }

  private void look(int i) {
    var loop = loops.get(i);
    long began = loop.turnBegan();
    if (began == NetLoop.NO_TURN) {
      return;
    }
    if (began != turns[i]) {
      turns[i] = began;
      next[i] = FIRST.toNanos();
    }
    long sofar = System.nanoTime() - began;
    if (sofar < next[i]) {
      return;
    }
    while (next[i] <= sofar) {
      next[i] *= 2;
    }
    var stack = loop.stack();
    if (loop.turnBegan() == began) { // else the stack is of another turn
      loop.blocked(level(loop, began), sofar, words(loop, sofar, stack));
      listener.loopBlocked(loop.toString(), Duration.ofNanos(sofar), stack);
    }
  }

  private static Level level(NetLoop loop, long began) {
    return loop.isYoung(began) ? Level.DEBUG : Level.WARNING;
  }

  private static String words(NetLoop loop, long sofar, StackTraceElement[] stack) {
    var text = new StringBuilder(loop.toString());
    text.append(" has been in one turn for ").append(sofar / 1_000_000).append(" ms and still is:");
    for (int i = 0; i < stack.length && i < MOST_FRAMES; i++) {
      text.append(System.lineSeparator()).append("\tat ").append(stack[i]);
    }
    return text.toString();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
