package io.sennit.session;

import io.sennit.core.ProtocolException;

/**
 * How a node of an overlay is dialed; one letter of an address's text form ({@code
 * docs/protocol/session.md} §1). Seed: {@code mino.AddressConnectionType}.
 */
public enum ConnectionType {
  /** Plain text. */
  GRPC("grpc"),
  /** TLS; the server's certificate is pinned by the local store. The default of a URL. */
  GRPCS("grpcs"),
  /** TLS; the server's certificate is trusted by the system's authorities. */
  HTTPS("https"),
  /** Reserved for overlays over web sockets; not dialed by this one. */
  WS("ws");

  private static final ConnectionType[] TYPES = values();

  private final String scheme;

  ConnectionType(String scheme) {
    this.scheme = scheme;
  }

  /** The scheme of its URLs. */
  public String scheme() {
    return scheme;
  }

  /** The letter in an address's text form: {@code A} for {@link #GRPC}, and so on. */
  public char letter() {
    return (char) ('A' + ordinal());
  }

  /**
   * The type of a letter. The original does not check it and shows such an address without its
   * host.
   *
   * @throws ProtocolException if no type has the letter
   */
  public static ConnectionType ofLetter(char letter) {
    int code = letter - 'A';
    if (code < 0 || code >= TYPES.length) {
      throw new ProtocolException("address type", 1, "no type " + code + ", known are 0 to 3");
    }
    return TYPES[code];
  }
}
