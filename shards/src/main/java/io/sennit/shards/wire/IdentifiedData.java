package io.sennit.shards.wire;

import java.util.Optional;

/**
 * Orchestrator to node: it is taken in, docs/protocol/shards.md §3.2. seed: {@code IdentifiedData}.
 *
 * @param totalShards how many shards there are
 * @param nodeId the name it goes by
 * @param sennit what only Sennit peers say: the bytes of {@code Welcome}, §5
 */
public record IdentifiedData(int totalShards, String nodeId, Optional<byte[]> sennit)
    implements EventData {
  /** As an original orchestrator says it. */
  public static IdentifiedData of(int total, String nodeId) {
    return new IdentifiedData(total, nodeId, Optional.empty());
  }
}
