package io.sennit.shards.wire;

/**
 * A shard to stop, or that was stopped, docs/protocol/shards.md §3.4. seed: {@code StopShardData}.
 *
 * @param shardId the shard
 */
public record StopShardData(int shardId) implements EventData {}
