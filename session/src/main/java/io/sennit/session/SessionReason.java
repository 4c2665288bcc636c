package io.sennit.session;

/** Why something in a session did not happen, or ended. One byte on the wire: its ordinal. */
public enum SessionReason {
  /** Nothing is wrong. */
  OK,
  /** No relay could be set up to it, or its relay broke and could not be repaired. */
  UNREACHABLE,
  /** Nobody in the tree knows it. */
  NO_ROUTE,
  /** It went through more hops than a tree has: tables disagree. */
  LOOP,
  /** The destination's queue is full. */
  QUEUE_FULL,
  /** A node on the way holds as much for others as it may. */
  BUSY,
  /** It is longer than a node on the way takes. */
  TOO_LARGE,
  /** The time for it is over. */
  DEADLINE,
  /** The node serves no RPC of this name. */
  UNKNOWN_RPC,
  /** The node has been in this session and has left it. */
  GONE,
  /** The node cannot show that it was running when the session began. */
  RESTARTED,
  /** The initiator closed the session. */
  CLOSED,
  /** No node above was left, and none took its place in time. */
  ORPHANED,
  /** The handler returned. */
  LEFT,
  /** The handler threw an exception; the text is its message. */
  HANDLER_FAILED,
  /** The peer said something that the protocol does not allow. */
  PROTOCOL;

  private static final SessionReason[] ALL = values();

  /**
   * The reason of a byte; what a later release may add counts as {@link #PROTOCOL}.
   *
   * @param code 0 to 255
   */
  public static SessionReason ofCode(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : PROTOCOL;
  }
}
