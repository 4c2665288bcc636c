package io.sennit.shards.wire;

/**
 * The origin shall send the shard's state, docs/protocol/shards.md §3.6. seed: {@code
 * StartshardMigrationData}.
 *
 * @param shardId the shard
 */
public record StartshardMigrationData(int shardId) implements EventData {}
