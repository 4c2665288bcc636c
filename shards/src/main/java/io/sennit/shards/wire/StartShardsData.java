package io.sennit.shards.wire;

import java.util.List;
import java.util.Optional;

/**
 * Shards to start, or that were started, docs/protocol/shards.md §3.3. seed: {@code
 * StartShardsData}.
 *
 * @param shardIds the shards; empty: nil on the wire, which is not the same bytes as no shards
 */
public record StartShardsData(Optional<List<Integer>> shardIds) implements EventData {
  /** Keeps a copy. */
  public StartShardsData {
    shardIds = shardIds.map(List::copyOf);
  }

  /** Of shards. */
  public static StartShardsData of(List<Integer> shards) {
    return new StartShardsData(Optional.of(shards));
  }

  /** The shards. */
  public List<Integer> shards() {
    return shardIds.orElse(List.of());
  }
}
