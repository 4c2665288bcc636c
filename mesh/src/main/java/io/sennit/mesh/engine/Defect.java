package io.sennit.mesh.engine;

/**
 * Defects that tests plant to see whether their checks find them. Nothing outside tests can switch
 * one on.
 */
public enum Defect {
  /** A message that arrives twice is handed out twice. */
  NO_MESSAGE_WINDOW,
  /** Lost packets are not sent again. */
  LOST_FORGOTTEN,
  /** A message is acknowledged though there was no room for it. */
  ACKNOWLEDGED_WITHOUT_ROOM,
  /** Credit of handled messages is never given back. */
  CREDIT_LEAKED,
  /** An earlier life of a peer is let in after a later one. */
  OLD_LIFE_ACCEPTED,
  /** Unfinished messages of the last session are sent to the next process. */
  RESENT_TO_NEXT_LIFE,
  /** A forged RESET ends a session. */
  RESET_UNCHECKED,
  /** Ordered messages are handed out as they come. */
  ORDER_IGNORED,
  /** A message that was given up blocks those behind it. */
  SKIP_FORGOTTEN,
  /** A message counts as delivered when it was sent. */
  DELIVERED_WHEN_SENT
}
