package io.sennit.grid.wire;

/** As what a Sennit dialer comes; docs/protocol/grid.md §9. */
public enum Role {
  /** A node with a host string, which may be dialed. */
  PEER(""),
  /** A process that only dials: it is called on its own connection and forgotten with it. */
  CLIENT("client"),
  /** A command that may use the control service alone. */
  GUEST("guest");

  private final String key;

  Role(String key) {
    this.key = key;
  }

  /** Its key in the handshake map, empty for a peer, which says nothing. */
  String key() {
    return key;
  }
}
