package io.sennit.shards.wire;

/** What a node does in a move of the original protocol. seed: {@code ShardMigrationMode}. */
public enum ShardMigrationMode {
  /** No move; 0. seed: {@code ShardMigrationModeNone}. */
  NONE,
  /** A shard comes to it; 1. seed: {@code ShardMigrationModeTo}. */
  TO,
  /** A shard leaves it; 2. seed: {@code ShardMigrationModeFrom}. */
  FROM
}
