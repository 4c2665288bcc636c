package io.sennit.shards;

/**
 * What users implement: how shards of a type live on a node. Called on the shard's serial lane: one
 * call at a time for a shard, in order, on a thread that may wait; different shards run side by
 * side. What it throws fails the step it was called for: a start is tried elsewhere, a move is
 * taken back. docs/shards.md shows the order of calls.
 */
public interface ShardHost<S, E> {
  /**
   * A state with nothing in it. It acts for nobody yet: {@link #granted} or {@link #load} follow.
   */
  S start(ShardId id) throws Exception;

  /**
   * The shard runs here from now on: it was started, has come with its state, or stays after a move
   * that was given up or a lease that lapsed. Earlier permits are void.
   */
  default void granted(S shard, ShardPermit permit) throws Exception {}

  /**
   * The shard does not run for now: it is about to be moved, or the lease has lapsed. Close what is
   * open outside, and keep the state. {@link #save}, {@link #granted} or {@link #stop} follow.
   */
  default void frozen(S shard) throws Exception {}

  /** Sends the whole state; nothing changes it meanwhile. */
  void save(S shard, StateSink<E> out) throws Exception;

  /** Takes in the next piece of a state that is coming. */
  void load(S shard, E piece) throws Exception;

  /** The state is of no use here any more. */
  default void stop(S shard, StopReason why) throws Exception {}
}
