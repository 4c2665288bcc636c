package io.sennit.shards;

import java.util.List;

/**
 * A type of shards at one moment.
 *
 * @param type its name
 * @param total how many shards there are
 * @param term how many times the orchestrator has begun
 * @param nodes in the order of their names
 * @param shards in the order of their numbers
 * @param moves under way
 */
public record ShardsStatus(
    String type,
    int total,
    long term,
    List<ShardNodeStatus> nodes,
    List<ShardStatus> shards,
    int moves) {
  /** Keeps copies. */
  public ShardsStatus {
    nodes = List.copyOf(nodes);
    shards = List.copyOf(shards);
  }

  /** How many shards run. */
  public long running() {
    return shards.stream().filter(s -> s.state().equals("running")).count();
  }
}
