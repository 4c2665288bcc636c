package io.sennit.grid;

import io.sennit.core.SennitException;

/**
 * A stream's code that runs on its loop, on either side: it is told what comes and never waits. The
 * way with the least cost, since no thread has to be woken; everything else on the connection waits
 * while it runs. An item is credited to its sender when {@link #item} returns, so code that cannot
 * keep up is better served by a thread.
 *
 * <p>What it throws ends the stream: the peer of a handler gets its text, a caller's future fails
 * with it. It is told nothing more then, nor after it cancelled the stream; a handler's code nor
 * after the end it has sent.
 *
 * @param <T> the type of the items that come
 */
public interface InlineStream<T> {
  /** The next item. */
  void item(T item);

  /**
   * There is credit and room: once at the beginning, then after {@link InlineOutput#trySend} said
   * no.
   */
  default void writable() {}

  /** No more items come; at once for a handler whose callers send none. */
  default void ended() {}

  /** The stream failed, was cancelled or its time is up. The last it is told. */
  default void failed(SennitException why) {}
}
