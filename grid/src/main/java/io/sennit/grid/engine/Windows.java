package io.sennit.grid.engine;

/**
 * How much a peer may send ahead on each of its streams where credit counts bytes: the window that
 * was announced while there is room, less and less of it the more of the bound is given away, so
 * that no number of streams uses it up. On the loop. docs/protocol/grid.md §9.1.
 */
final class Windows {
  /** The least; a credit of one lets a whole item come. */
  static final int LEAST = 32;

  private final Received received;
  private final long announced;

  /**
   * Of a connection.
   *
   * @param received counts what is given away
   * @param announced the window the peer expects where nothing else is said
   */
  Windows(Received received, long announced) {
    this.received = received;
    this.announced = announced;
  }

  /** What a stream should have now. */
  long fair() {
    double free = received.free();
    double share = received.max() / 16.0 * free * free * free;
    return (long) Math.max(Math.min(LEAST, announced), Math.min(announced, share));
  }

  /** Gives a new stream its window. */
  long open() {
    long window = fair();
    received.take(window);
    return window;
  }

  /** Gives a new stream the whole window, towards a peer that cannot be told otherwise. */
  long openWhole() {
    received.take(announced);
    return announced;
  }

  Received received() {
    return received;
  }

  /** Whether a stream has less than what was announced, or should. */
  boolean mayChange(long window) {
    return window < announced || received.free() < 0.25;
  }

  /**
   * Gives a stream a larger or smaller window.
   *
   * @param most bytes by which it may shrink: those it does not get back as credit
   * @return the window from now on
   */
  long resized(long window, long most) {
    long fair = fair();
    long next = window;
    if (fair > window) {
      next = Math.min(fair, 2 * window + LEAST);
    } else if (fair < window / 2) {
      next = Math.max(fair, window - most);
    }
    if (next > window) {
      received.take(next - window);
    } else {
      received.give(window - next);
    }
    return next;
  }

  /** A stream is over. */
  void close(long window) {
    received.give(window);
  }

  long announced() {
    return announced;
  }
}
