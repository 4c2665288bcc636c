package io.sennit.shards.engine;

import io.sennit.shards.ShardPermit;
import io.sennit.shards.StopReason;

/**
 * The user's code for shards of one type, with state and events erased. Called on the shard's
 * serial lane, one call at a time a shard. What it throws fails the step it was called for.
 */
public interface ShardCode {
  /** Takes pieces of state; waits while the way to the destination is full. */
  interface Sink {
    /** The next piece; the array is given away. */
    void send(byte[] piece) throws InterruptedException;
  }

  /** An empty state, which acts for nobody yet. */
  Object open(int shard) throws Exception;

  /** It runs from now on. */
  void granted(Object state, ShardPermit permit) throws Exception;

  /** It does not run for now, and its state is kept. */
  void frozen(Object state) throws Exception;

  /** Sends the whole state. */
  void save(Object state, Sink out) throws Exception;

  /** Takes in a piece of state, in order. */
  void load(Object state, byte[] piece) throws Exception;

  /** The state is of no use here any more. */
  void stop(Object state, StopReason why) throws Exception;
}
