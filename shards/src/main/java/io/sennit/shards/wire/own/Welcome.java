package io.sennit.shards.wire.own;

import io.sennit.core.codec.Codec;
import java.util.List;

/**
 * The Sennit part of Identified, docs/protocol/shards.md §5.
 *
 * @param leaseMillis how long the node may run shards after it sent what was answered
 * @param beatMillis how often it shall send a beat
 * @param keeps the permits that still hold; every other running shard must be stopped
 */
public record Welcome(long leaseMillis, long beatMillis, List<Keep> keeps) {
  /** Its bytes. */
  public static final Codec<Welcome> CODEC = Codec.of(Welcome.class);

  /**
   * A permit that still holds.
   *
   * @param shard its number
   * @param epoch of the permit
   */
  public record Keep(int shard, long epoch) {}
}
