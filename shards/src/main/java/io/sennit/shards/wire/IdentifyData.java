package io.sennit.shards.wire;

import java.util.List;
import java.util.Optional;

/**
 * Node to orchestrator: who it is and what it runs, docs/protocol/shards.md §3.1. seed: {@code
 * IdentifyData}.
 *
 * @param totalShards the total it was told before; 0 if never
 * @param runningShards what it runs; empty: none, said as nil
 * @param version of the program
 * @param nodeId its name
 * @param orchestratorLogicVersion 2
 * @param sennit what only Sennit peers say: the bytes of {@code Hello}, §5
 */
public record IdentifyData(
    int totalShards,
    Optional<List<Integer>> runningShards,
    String version,
    String nodeId,
    int orchestratorLogicVersion,
    Optional<byte[]> sennit)
    implements EventData {
  /** The version that orchestrators demand. */
  public static final int LOGIC_VERSION = 2;

  /** Keeps a copy of the list. */
  public IdentifyData {
    runningShards = runningShards.map(List::copyOf);
  }

  /** As an original node says it. */
  public static IdentifyData of(int total, List<Integer> running, String version, String nodeId) {
    return new IdentifyData(
        total,
        running.isEmpty() ? Optional.empty() : Optional.of(running),
        version,
        nodeId,
        LOGIC_VERSION,
        Optional.empty());
  }

  /** What it runs. */
  public List<Integer> running() {
    return runningShards.orElse(List.of());
  }
}
