package io.sennit.bench.harness;

import java.util.concurrent.TimeUnit;

/**
 * Streams one after another until the window is over. A stream's length is found on the way: it
 * doubles until one takes 40 ms, so that opening it does not show and the last one ends soon after
 * the window. Here a window lasts until its last stream ends.
 */
final class StreamRun {
  /** Starts a stream of so many items; the outcome must call {@link StreamRun#ended}. */
  interface Start {
    void stream(StreamRun run, int count) throws Exception;
  }

  private static final int FIRST = 256;
  private static final int MOST = 1 << 22;
  private static final long LONG_ENOUGH = TimeUnit.MILLISECONDS.toNanos(40);

  private final Window window;
  private final Start start;
  private final long mostBytes;
  private final int size;
  private int count;
  private long opened;
  private long items;

  StreamRun(Load load, Start start) {
    this.window = new Window(1, load.millis());
    this.start = start;
    this.size = load.payload();
    this.mostBytes = 256L << 20;
    this.count = Math.clamp((4L << 20) / Math.max(1, size), 16, FIRST);
  }

  LoadResult run() throws Exception {
    open();
    window.drain();
    return window.result(items, items);
  }

  private void open() {
    opened = System.nanoTime();
    try {
      start.stream(this, count);
    } catch (Exception e) {
      fail(e);
    }
  }

  /** A stream of {@code count} items ended well; the next one starts from here. */
  void ended() {
    items += count;
    if (window.closeIfOver()) {
      window.workerDone();
      return;
    }
    if (System.nanoTime() - opened < LONG_ENOUGH
        && count < MOST
        && 2L * count * size <= mostBytes) {
      count *= 2;
    }
    open();
  }

  void fail(Throwable cause) {
    window.fail(cause);
    window.workerDone();
  }
}
