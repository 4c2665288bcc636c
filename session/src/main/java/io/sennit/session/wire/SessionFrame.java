package io.sennit.session.wire;

import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import java.util.List;

/**
 * What two nodes of a session say to each other on a link ({@code docs/protocol/session.md} §4). A
 * relay's number is chosen by the side that dialed the link, which alone opens relays on it.
 */
public sealed interface SessionFrame {
  /** Which relay it is about; 0: the link itself. */
  default long relay() {
    return 0;
  }

  /**
   * Opens a relay: the acceptor becomes a child of the dialer in a session.
   *
   * @param uri of the RPC
   * @param session the session's id, the same for all its nodes
   * @param gateway the dialer's address in this session
   * @param fanOut least number of nodes reached directly, for the child's own table
   * @param handshake the child's place
   * @param repair the child may be in the session already; it opens relays to its own children at
   *     once
   * @param ageMicros how long ago the session began, as far as the dialer knows
   * @param budgetMicros how long the session may still last
   */
  record Open(
      long relay,
      String uri,
      String session,
      OverlayAddress gateway,
      int fanOut,
      RoutingHandshake handshake,
      boolean repair,
      long ageMicros,
      long budgetMicros)
      implements SessionFrame {}

  /** The acceptor takes part. */
  record Opened(long relay) implements SessionFrame {}

  /** A relay ends, or is refused; the last frame of a relay in each direction. */
  record End(long relay, SessionReason reason, String text) implements SessionFrame {}

  /**
   * One destination of a message.
   *
   * @param number of this message among those of its source to this destination, from 1
   */
  record Target(OverlayAddress address, long number) {}

  /**
   * Carries a message one hop.
   *
   * @param id chosen by the sender of the frame, for the acknowledgement
   * @param source who sent the message
   * @param budgetMicros how long the answer is waited for
   * @param hops it may still take
   * @param message lent, not copied
   */
  record Forward(
      long relay,
      long id,
      OverlayAddress source,
      long budgetMicros,
      int hops,
      List<Target> targets,
      byte[] message)
      implements SessionFrame {}

  /**
   * What became of one destination.
   *
   * @param index among the targets of the frame that is answered
   */
  record Verdict(int index, SendFate fate, SessionReason reason, String text) {}

  /** Answers a forwarded message, for some of its destinations; each is answered once. */
  record Ack(long relay, long id, List<Verdict> verdicts) implements SessionFrame {}

  /** Tells the nodes above what became of a player; from a child to its parent. */
  record News(long relay, OverlayAddress about, SessionReason reason, String text)
      implements SessionFrame {}

  /**
   * A sign of life of the initiator, passed on from parent to child.
   *
   * @param number grows with each; one that is not new counts for nothing
   */
  record Pulse(long relay, long number) implements SessionFrame {}

  /** Shows that this side is alive. */
  record Alive() implements SessionFrame {}
}
