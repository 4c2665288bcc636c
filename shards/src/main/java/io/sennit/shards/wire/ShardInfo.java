package io.sennit.shards.wire;

/**
 * A shard and its gateway session; never sent by itself. seed: {@code ShardInfo}.
 *
 * @param shardId the shard
 * @param sessionId the session, or empty text
 * @param sequence its last sequence number
 */
public record ShardInfo(int shardId, String sessionId, long sequence) {}
