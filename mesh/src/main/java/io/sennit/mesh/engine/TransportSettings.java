package io.sennit.mesh.engine;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What can be set about the datagram protocol.
 *
 * @param retryInterval the longest gap between two tries
 * @param retryTimeout how long nothing of a message may be acknowledged before it is given up
 * @param adaptiveRetry whether gaps follow the round trip, else every gap is {@code retryInterval}
 * @param sendInterval how long messages wait to share packets; zero: until the turn's end
 * @param maxPacket bytes of the longest packet, {@code Packet.SAFE} to {@code Packet.MAX}
 * @param idle how long a session without traffic is kept
 * @param maxSessions sessions at most
 * @param queueBytes bytes of messages that may wait for one peer
 * @param queueMessages messages that may wait for one peer
 * @param reassemblyBytes bytes of half-received messages and large ones being handled, all peers
 * @param defects planted by tests only
 */
public record TransportSettings(
    Duration retryInterval,
    Duration retryTimeout,
    boolean adaptiveRetry,
    Duration sendInterval,
    int maxPacket,
    Duration idle,
    int maxSessions,
    long queueBytes,
    int queueMessages,
    long reassemblyBytes,
    Set<Defect> defects) {
  /** Copies the set. */
  public TransportSettings {
    defects = defects.isEmpty() ? EnumSet.noneOf(Defect.class) : EnumSet.copyOf(defects);
  }

  /** What the documentation names as defaults. */
  public static TransportSettings defaults() {
    return new TransportSettings(
        Duration.ofMillis(1000),
        Duration.ofMillis(3000),
        true,
        Duration.ZERO,
        1400,
        Duration.ofSeconds(60),
        8192,
        8L << 20,
        4096,
        256L << 20,
        EnumSet.noneOf(Defect.class));
  }

  /** The same with defects. */
  TransportSettings with(Set<Defect> planted) {
    return new TransportSettings(
        retryInterval,
        retryTimeout,
        adaptiveRetry,
        sendInterval,
        maxPacket,
        idle,
        maxSessions,
        queueBytes,
        queueMessages,
        reassemblyBytes,
        planted);
  }

  boolean has(Defect defect) {
    return defects.contains(defect);
  }
}
