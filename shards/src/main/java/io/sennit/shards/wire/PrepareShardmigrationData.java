package io.sennit.shards.wire;

import java.util.Optional;

/**
 * A move begins, docs/protocol/shards.md §3.5. seed: {@code PrepareShardmigrationData}.
 *
 * @param origin whether it is about the side that the shard leaves
 * @param shardId the shard
 * @param sessionId the gateway session to resume; empty text: none
 * @param sequence the last sequence number of that session
 * @param resumeGatewayUrl where to resume it; only some peers send and know it
 */
public record PrepareShardmigrationData(
    boolean origin, int shardId, String sessionId, long sequence, Optional<String> resumeGatewayUrl)
    implements EventData {
  /** Without an address to resume at. */
  public static PrepareShardmigrationData of(
      boolean origin, int shardId, String sessionId, long sequence) {
    return new PrepareShardmigrationData(origin, shardId, sessionId, sequence, Optional.empty());
  }
}
