package io.sennit.session.engine;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Limits and times of one node's sessions.
 *
 * @param open a relay that is not set up after this time counts as broken
 * @param heartbeat how often a side of a used link shows that it is alive
 * @param silence a used link on which nothing was heard for so long is broken
 * @param orphan how long a node without a parent waits for another
 * @param idle how long a link without relays is kept
 * @param quarantine how long a broken child is left alone before it is tried again
 * @param hop what a node keeps for itself of the time for a message, at most
 * @param maxMessage bytes of the longest message
 * @param heldBytes bytes of messages that one session holds for others
 * @param lineBytes bytes that wait for one link beside those it has taken
 * @param maxSessions sessions in which this node takes part at the same time
 * @param maxRelays relays that one peer may have opened on a link
 * @param remembered sessions that have ended and are known to have been
 * @param planted defects on purpose; empty but in tests of the judge
 */
public record SessionSettings(
    Duration open,
    Duration heartbeat,
    Duration silence,
    Duration orphan,
    Duration idle,
    Duration quarantine,
    Duration hop,
    int maxMessage,
    long heldBytes,
    long lineBytes,
    int maxSessions,
    int maxRelays,
    int remembered,
    Set<Planted> planted) {
  /** Bytes that a frame may have beside its message. */
  static final int FRAME_ROOM = 16 << 20;

  /** A defect on purpose: the judge of a storm must find it. */
  public enum Planted {
    /** Messages that come twice are delivered twice. */
    NO_DUPLICATE_WINDOW,
    /** A message is acknowledged before it is in the queue, and then lost now and then. */
    EARLY_ACKNOWLEDGEMENT,
    /** A message on a relay that broke is said to have failed, though it may have arrived. */
    LOST_IS_FAILED,
    /** A message on a relay that broke is not sent again. */
    NO_RETRY,
    /** The children of a broken node are not given another parent. */
    NO_REPAIR,
    /** A message that found no room is said to have been delivered. */
    REFUSED_IS_DELIVERED,
    /** A relay that ended stays in the table of its link. */
    RELAY_LEAKED,
    /** A node that was started again joins a session of its former life. */
    OLD_LIFE_ACCEPTED,
    /** The end of a session is not told to the children. */
    END_UNTOLD,
    /** The handler starts again with each parent. */
    HANDLER_TWICE
  }

  /** Copies the defects. */
  public SessionSettings {
    planted = planted.isEmpty() ? EnumSet.noneOf(Planted.class) : EnumSet.copyOf(planted);
  }

  /** For local networks: a killed node is noticed at once, a silent one within two seconds. */
  public static SessionSettings defaults() {
    return new SessionSettings(
        Duration.ofSeconds(1),
        Duration.ofMillis(400),
        Duration.ofMillis(1_600),
        Duration.ofSeconds(8),
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofMillis(50),
        16 << 20,
        64 << 20,
        16 << 20,
        10_000,
        16_384,
        65_536,
        EnumSet.noneOf(Planted.class));
  }

  /** The same with a defect. */
  public SessionSettings with(Planted defect) {
    return new SessionSettings(
        open,
        heartbeat,
        silence,
        orphan,
        idle,
        quarantine,
        hop,
        maxMessage,
        heldBytes,
        lineBytes,
        maxSessions,
        maxRelays,
        remembered,
        EnumSet.of(defect));
  }

  /** The same with other bounds in bytes. */
  public SessionSettings withBounds(int message, long held, long line) {
    return new SessionSettings(
        open,
        heartbeat,
        silence,
        orphan,
        idle,
        quarantine,
        hop,
        message,
        held,
        line,
        maxSessions,
        maxRelays,
        remembered,
        planted);
  }

  boolean has(Planted defect) {
    return planted.contains(defect);
  }
}
