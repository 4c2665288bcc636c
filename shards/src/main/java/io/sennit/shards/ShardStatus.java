package io.sennit.shards;

/**
 * One shard, as the orchestrator knows it.
 *
 * @param number the shard
 * @param node where it runs, or may still run; empty text: nowhere
 * @param epoch of the newest permit
 * @param state {@code running}, {@code starting}, {@code moving}, {@code stopping}, {@code waiting}
 *     (for a node, or for a lease to lapse) or {@code stopped}
 */
public record ShardStatus(int number, String node, long epoch, String state) {}
