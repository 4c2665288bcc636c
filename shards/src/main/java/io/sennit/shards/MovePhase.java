package io.sennit.shards;

/** The steps of a move, in their order; docs/protocol/shards.md §8. */
public enum MovePhase {
  /** The destination makes room; the shard runs at its origin. */
  RESERVE,
  /** The origin stops acting for the shard and keeps its state. */
  FREEZE,
  /** The state goes from the origin to the destination, and is verified. */
  STREAM,
  /** The destination is permitted to run; the permit is written down first. */
  RESUME
}
