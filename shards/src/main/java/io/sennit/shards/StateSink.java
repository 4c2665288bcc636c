package io.sennit.shards;

/**
 * Takes the state of a shard that is moved, piece by piece, in the order in which {@link
 * ShardHost#load} gets it.
 */
public interface StateSink<E> {
  /**
   * Takes the next piece; waits while the way to the destination is full.
   *
   * @throws InterruptedException if this node ends
   * @throws io.sennit.core.CancelledException if the move was given up
   */
  void send(E piece) throws InterruptedException;
}
