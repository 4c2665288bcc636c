package io.sennit.shards.engine;

import java.time.Duration;

/**
 * How an orchestrator keeps shards of one type.
 *
 * @param type the name of the type
 * @param total how many shards there are, 1 to 2^20
 * @param nodeLease how long a node may run shards after it asked for its lease
 * @param takeOver how long the orchestrator waits after it last renewed a node's lease before it
 *     gives the node's shards away; longer than the node's by what clocks may differ
 * @param beat how often nodes ask
 * @param settle how long after a node has come the placing of shards begins
 * @param reserve how long a destination may take to make room
 * @param freeze how long an origin may take to stop
 * @param stream how long the state may make no progress
 * @param resume how long a node may take to start or resume a shard
 * @param mostMoves moves at a time, of all nodes
 * @param mostMovesPerNode moves at a time that a node takes part in
 */
public record OrchestratorSettings(
    String type,
    int total,
    Duration nodeLease,
    Duration takeOver,
    Duration beat,
    Duration settle,
    Duration reserve,
    Duration freeze,
    Duration stream,
    Duration resume,
    int mostMoves,
    int mostMovesPerNode) {
  /** Most shards of a type. */
  public static final int MOST_SHARDS = 1 << 20;

  /** Checks that a node always stops before its shards are given away. */
  public OrchestratorSettings {
    if (total < 1 || total > MOST_SHARDS) {
      throw new io.sennit.core.ConfigException(
          "shards.total", String.valueOf(total), "1 to " + MOST_SHARDS);
    }
    if (takeOver.compareTo(nodeLease.plus(nodeLease.dividedBy(20))) < 0
        || beat.multipliedBy(2).compareTo(nodeLease) > 0) {
      throw new io.sennit.core.ConfigException(
          "shards.lease",
          nodeLease + " with take-over after " + takeOver + " and a beat every " + beat,
          "take-over at least a twentieth longer than the lease, and two beats within the lease");
    }
  }

  /** Leases of 8 s, take-over after 12 s, a beat a second; 64 moves at a time. */
  public static OrchestratorSettings of(String type, int total) {
    return new OrchestratorSettings(
        type,
        total,
        Duration.ofSeconds(8),
        Duration.ofSeconds(12),
        Duration.ofSeconds(1),
        Duration.ofMillis(500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        64,
        16);
  }

  /** The same with other leases. */
  public OrchestratorSettings withLeases(Duration node, Duration after, Duration everyBeat) {
    return new OrchestratorSettings(
        type,
        total,
        node,
        after,
        everyBeat,
        settle,
        reserve,
        freeze,
        stream,
        resume,
        mostMoves,
        mostMovesPerNode);
  }

  /** The same with another wait before placing. */
  public OrchestratorSettings withSettle(Duration wait) {
    return new OrchestratorSettings(
        type,
        total,
        nodeLease,
        takeOver,
        beat,
        wait,
        reserve,
        freeze,
        stream,
        resume,
        mostMoves,
        mostMovesPerNode);
  }
}
