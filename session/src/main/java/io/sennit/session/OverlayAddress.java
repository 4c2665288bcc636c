package io.sennit.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;

/**
 * A node of an overlay in one of its two roles: the <em>initiator</em> of a session or a
 * <em>player</em> in it. A node that is both has both addresses. Seed: {@code session.Address}; its
 * orchestrator is the initiator here.
 *
 * @param host {@code host:port}; printable ASCII, at most {@link #MAX_HOST} characters; may be
 *     empty, as in the address that text of less than two characters stands for
 * @param type how the host is dialed
 * @param initiator whether this is the initiator's role
 */
public record OverlayAddress(String host, ConnectionType type, boolean initiator)
    implements PlayerAddress, Comparable<OverlayAddress> {
  /** Characters of the longest host with its port. */
  public static final int MAX_HOST = 512;

  private static final char PLAYER = 'F';
  private static final char INITIATOR = 'O';
  private static final String INITIATOR_PREFIX = "Orchestrator:";
  private static final OverlayAddress ZERO = new OverlayAddress("", ConnectionType.GRPC, false);

  /** Checks the characters: an address travels in headers, where others have no place. */
  public OverlayAddress {
    if (host.length() > MAX_HOST) {
      throw new ConfigException(
          "address", host.substring(0, 40) + "…", "at most " + MAX_HOST + " characters");
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c > '~') {
        throw new ConfigException("address", printable(host), "printable ASCII characters");
      }
    }
  }

  private static String printable(String text) {
    var out = new StringBuilder();
    text.chars().forEach(c -> out.append(c > ' ' && c <= '~' ? (char) c : '?'));
    return out.toString();
  }

  /** The player at a place, dialed over TLS. */
  public static OverlayAddress player(Address place) {
    return new OverlayAddress(place.toString(), ConnectionType.GRPCS, false);
  }

  /**
   * Reads a URL or {@code host:port}; what is not one is kept whole as the host of a TLS address,
   * as the original does ({@code https://a.b}, which has no port). Seed: {@code NewAddress}.
   *
   * @throws ConfigException if there are characters other than printable ASCII
   */
  public static OverlayAddress of(String text) {
    var parts = Authority.of(text);
    return parts == null ? new OverlayAddress(text, ConnectionType.GRPCS, false) : parts.address();
  }

  /**
   * Reads a URL with a port: the scheme is {@code grpc}, {@code grpcs}, {@code https} or missing,
   * which means {@code grpcs}; path and user are ignored. Seed: {@code NewAddressFromURL}.
   *
   * @throws ConfigException if it is not one
   */
  public static OverlayAddress fromUrl(String url) {
    var parts = Authority.of(url);
    if (parts == null) {
      throw new ConfigException(
          "address",
          printable(url),
          "a URL with a port and one of grpc, grpcs, https: grpcs://10.0.0.1:7400");
    }
    return parts.address();
  }

  /**
   * Reads the text form. Fewer than two characters are the empty address; a first character other
   * than {@code O} means a player.
   *
   * @throws ProtocolException if the type is unknown or the host is not printable ASCII
   */
  public static OverlayAddress parseText(String text) {
    if (text.length() < 2) {
      return ZERO;
    }
    var type = ConnectionType.ofLetter(text.charAt(1));
    try {
      return new OverlayAddress(text.substring(2), type, text.charAt(0) == INITIATOR);
    } catch (ConfigException e) {
      throw new ProtocolException("address", 2, e.what());
    }
  }

  /** Reads the bytes of the text form. */
  public static OverlayAddress parseText(byte[] text) {
    if (text.length > MAX_HOST + 2) {
      throw new ProtocolException("address", 0, text.length + " bytes, at most " + (MAX_HOST + 2));
    }
    return parseText(new String(text, UTF_8));
  }

  /**
   * The same host as the initiator of a session; harmless for one that is already. The original
   * reads the display form of such an address again, and corrupts it. Seed: {@code
   * NewOrchestratorAddress}.
   */
  public OverlayAddress asInitiator() {
    return initiator ? this : new OverlayAddress(host, type, true);
  }

  /** The same host as a player. */
  public OverlayAddress asPlayer() {
    return initiator ? new OverlayAddress(host, type, false) : this;
  }

  /** How the host is dialed. Seed: {@code ConnectionType}. */
  public ConnectionType connectionType() {
    return type;
  }

  /** {@code host:port}, as dialers take it. Seed: {@code GetDialAddress}. */
  public String dialAddress() {
    return host;
  }

  /** The place, for dialers that take one; the host must have a port. */
  public Address place() {
    return Address.parse(host);
  }

  /**
   * The host without port and brackets. Seed: {@code GetHostname}.
   *
   * @throws ConfigException if the host is not {@code host:port}
   */
  public String hostname() {
    var parts = Authority.of("//" + host);
    if (parts == null || !parts.host().equals(host)) {
      throw new ConfigException("address", host, "host:port");
    }
    return parts.hostname();
  }

  /** Exact among plain addresses; by host with a wrapped one. */
  @Override
  public boolean isSameAs(PlayerAddress other) {
    return other instanceof WrappedAddress wrapped ? wrapped.isSameAs(this) : equals(other);
  }

  @Override
  public String toText() {
    return new StringBuilder(host.length() + 2)
        .append(initiator ? INITIATOR : PLAYER)
        .append(type.letter())
        .append(host)
        .toString();
  }

  @Override
  public int compareTo(OverlayAddress other) {
    return toText().compareTo(other.toText());
  }

  /** The form for people: {@code grpcs://127.0.0.1:2000}, an initiator's with a prefix. */
  @Override
  public String toString() {
    return (initiator ? INITIATOR_PREFIX : "") + type.scheme() + "://" + host;
  }
}
