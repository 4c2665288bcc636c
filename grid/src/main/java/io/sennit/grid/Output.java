package io.sennit.grid;

import io.sennit.core.SennitException;

/**
 * Items going out on a stream, in order. Any thread may send; two at once go out in some order.
 *
 * @param <T> the items' type
 */
public interface Output<T> {
  /**
   * Sends an item: waits for credit and for room in the queue, never queues beyond either. The item
   * must not be changed afterwards.
   *
   * @throws SennitException if the stream has ended or failed
   */
  void send(T item);

  /** Sends an item if there is credit and room now, without waiting. */
  boolean trySend(T item);
}
