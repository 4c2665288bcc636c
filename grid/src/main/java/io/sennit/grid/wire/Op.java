package io.sennit.grid.wire;

import java.util.Locale;

/** What a message asks for; docs/protocol/grid.md §3.6. The code is one byte on the wire. */
public enum Op {
  /** Dialer to acceptor: who I am. */
  CONNECT(1),
  /** Acceptor to dialer: accepted or not. */
  CONNECT_RESPONSE(2),
  /** Are you there; mux 0 asks the connection, another a stream. */
  PING(3),
  /** The answer, echoing mux and sequence. */
  PONG(4),
  /** Opens a stream; the payload is its first. */
  CONNECT_MUX(5),
  /** Refuses a stream or a call: its handler did not run. */
  MUX_CONNECT_ERROR(6),
  /** To the caller: your call is over. */
  DISCONNECT_CLIENT_MUX(7),
  /** To the server: cancel the handler. */
  DISCONNECT_SERVER_MUX(8),
  /** A stream item from the caller. */
  MUX_CLIENT_MSG(9),
  /** A stream item from the server. */
  MUX_SERVER_MSG(10),
  /** Credit for the server's sending. */
  UNBLOCK_SERVER_MUX(11),
  /** Credit for the caller's sending. */
  UNBLOCK_CLIENT_MUX(12),
  /** The stream was accepted. */
  ACK_MUX(13),
  /** A single call. */
  REQUEST(14),
  /** Its result. */
  RESPONSE(15),
  /** Goodbye: no new calls and streams begin here; between Sennit peers only. */
  DISCONNECT(16),
  /** A list of messages. */
  MERGED(17),
  /** Part of a caller's large payload; between Sennit peers only. */
  PART_TO_SERVER(32),
  /** Part of a server's large payload; between Sennit peers only. */
  PART_TO_CLIENT(33),
  /** So many bytes of parts were taken; between Sennit peers only. */
  PARTS_TAKEN(34),
  /** A dialer's proof of the cluster's key, the last message of the handshake. */
  PROOF(35);

  private static final Op[] BY_CODE = new Op[256];

  static {
    for (var op : values()) {
      BY_CODE[op.code] = op;
    }
  }

  private final int code;

  Op(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** The text for logs: known names, or {@code op(n)}. */
  public static String text(int code) {
    var op = code >= 0 && code < 256 ? BY_CODE[code] : null;
    return op == null ? "op(" + code + ")" : op.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
