package io.sennit.shards.wire.own;

import io.sennit.core.codec.Codec;
import java.util.List;

/**
 * The Sennit part of Identify, docs/protocol/shards.md §5.
 *
 * @param type the kind of shards the node hosts
 * @param incarnation which life of the process it is
 * @param address where other nodes reach it to send state
 * @param zone what it shares its fate with, or empty text
 * @param capacity how many shards it takes
 * @param claims the shards it has anything of, each at most once a holding
 */
public record Hello(
    String type,
    String incarnation,
    String address,
    String zone,
    int capacity,
    List<Claim> claims) {
  /** Its bytes. */
  public static final Codec<Hello> CODEC = Codec.of(Hello.class);

  /** What a node has of a shard. */
  public enum Holding {
    /** It runs, or did until the lease lapsed. */
    RUNNING,
    /** Its state is here, frozen, for a move. */
    FROZEN,
    /** Its state is on its way here. */
    INCOMING,
    /** Its state has come whole, and nobody has permitted it to run. */
    RECEIVED,
    /** It is being stopped: its last callback may still run. */
    STOPPING
  }

  /**
   * One shard at a node.
   *
   * @param shard its number
   * @param epoch of the permit it had last; 0 for none
   * @param holding what the node has of it
   * @param move the move it is part of; 0 for none
   */
  public record Claim(int shard, long epoch, Holding holding, long move) {}
}
