package io.sennit.core;

import java.util.Locale;

/**
 * A place in the network as canonical {@code host:port} text: lower-case host, IPv6 in brackets,
 * never resolved. Two addresses are equal when their text is.
 *
 * @param host a name, an IPv4 address, or an IPv6 address without brackets; lower case
 * @param port 0 to 65535; 0 asks for a free port when listening and is never a peer's
 */
public record Address(String host, int port) implements Comparable<Address> {
  private static final int MAX_HOST = 253;
  private static final String IPV6 =
      "[0-9a-f:]*:[0-9a-f:.]*(%[0-9a-z._-]+)?"; // rough; never resolved

  /** Checks and normalises. */
  public Address {
    host = host.toLowerCase(Locale.ROOT);
    if (host.isEmpty() || host.length() > MAX_HOST) {
      throw new ConfigException("address", host, "a host name of 1 to 253 characters");
    }
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c > '~' || "/?#@[]\\".indexOf(c) >= 0) {
        throw new ConfigException("address", host, "a host name, an IPv4 or an IPv6 address");
      }
    }
    if (host.indexOf(':') >= 0 && !host.matches(IPV6)) {
      throw new ConfigException("address", host, "an IPv6 address where there are colons");
    }
    if (port < 0 || port > 65_535) {
      throw new ConfigException("address", host + ":" + port, "a port from 0 to 65535");
    }
  }

  /** The place at a host and port. */
  public static Address of(String host, int port) {
    return new Address(host, port);
  }

  /**
   * Reads {@code host:port}, {@code 1.2.3.4:port} or {@code [::1]:port}.
   *
   * @throws ConfigException if the text is something else
   */
  public static Address parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new ConfigException("address", text, "host:port, for example 10.0.0.1:7400");
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new ConfigException("address", text, "an IPv6 host in brackets: [::1]:7400");
    }
    String digits = text.substring(colon + 1);
    if (digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new ConfigException("address", text, "a port from 0 to 65535");
    }
    return new Address(host, Integer.parseInt(digits));
  }

  /** The same host with another port. */
  public Address withPort(int other) {
    return new Address(host, other);
  }

  @Override
  public int compareTo(Address other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
