package io.sennit.grid;

import java.util.concurrent.Executor;

/**
 * The way out for a stream's code on its loop. Only on that loop: other threads get an {@link
 * IllegalStateException}, and come there by {@link #execute}.
 *
 * @param <T> the type of the items that go
 */
public interface InlineOutput<T> extends Executor {
  /** Runs a task on the stream's loop, in the order of each caller; from any thread. */
  @Override
  void execute(Runnable task);

  /**
   * Sends an item if there is credit and it is this stream's turn; else nothing happens, and {@link
   * InlineStream#writable} follows. The item must not be changed afterwards.
   *
   * @throws io.sennit.core.RejectedException if it is longer than the peer takes
   * @throws io.sennit.core.CancelledException after {@link #end}
   */
  boolean trySend(T item);

  /** No more items, behind all that were sent; harmless when repeated. Ends a handler's stream. */
  void end();

  /** Ends the stream now, both directions; harmless when it has ended. */
  void cancel();
}
