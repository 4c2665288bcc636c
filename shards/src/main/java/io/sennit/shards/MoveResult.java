package io.sennit.shards;

import java.time.Duration;

/** How a move ended. */
public sealed interface MoveResult {
  /**
   * The shard runs at its destination.
   *
   * @param dark from when the origin was told to stop until the destination said that it runs, on
   *     the orchestrator's clock
   * @param bytes of state
   */
  record Moved(Duration dark, long bytes) implements MoveResult {}

  /**
   * The shard does not run at its destination by this move: it runs at its origin again, or, if
   * that is gone, is started anew.
   *
   * @param at the step that failed
   * @param why for people
   */
  record RolledBack(MovePhase at, String why) implements MoveResult {}
}
