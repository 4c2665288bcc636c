package io.sennit.shards;

import java.time.Duration;

/**
 * The times that decide how soon the shards of a lost node run elsewhere, docs/shards.md.
 *
 * @param lease how long a node may run shards after it last asked; then it stops by itself
 * @param takeOver how long the orchestrator waits after a node last asked before it gives the
 *     node's shards away; at least a twentieth longer than the lease, for clocks that differ
 * @param beat how often nodes ask, at most half the lease
 * @param settle how long after a node has come the placing begins
 */
public record OrchestratorTimes(Duration lease, Duration takeOver, Duration beat, Duration settle) {
  /** A lease of 8 s, take-over after 12 s, a beat a second, half a second to settle. */
  public static final OrchestratorTimes USUAL =
      new OrchestratorTimes(
          Duration.ofSeconds(8),
          Duration.ofSeconds(12),
          Duration.ofSeconds(1),
          Duration.ofMillis(500));
}
