package io.sennit.session;

/**
 * Keys of the metadata with which a relay is opened ({@code docs/protocol/session.md} §2).
 * Lower-case ASCII; receivers ignore keys they do not know.
 */
public final class SessionHeaders {
  /** The routing handshake as JSON; a root has none. Seed: {@code HandshakeKey}. */
  public static final String HANDSHAKE = "handshake";

  /** The URI of the RPC. */
  public static final String URI = "apiuri";

  /** The id of one run of a protocol. */
  public static final String STREAM_ID = "streamid";

  /** The text address of the node that sends the request, always as a player. */
  public static final String GATEWAY = "gateway";

  /** A label for tracing, copied down the tree. */
  public static final String PROTOCOL = "protocol";

  /** The text address of a player; repeated, sent to the root only. */
  public static final String ADDRESS = "addr";

  private SessionHeaders() {}
}
