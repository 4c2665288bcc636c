package io.sennit.cli;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * Where a process is, as somebody spelt it.
 *
 * @param scheme {@code http} or {@code https}; empty if none was given
 * @param address where it listens
 */
record Place(String scheme, Address address) {
  private static final List<String> SCHEMES = List.of("http", "https");

  /**
   * Reads {@code host:port}, {@code http(s)://host:port}, capital letters and a slash at the end
   * allowed.
   *
   * @throws ConfigException if it is neither
   */
  static Place parse(String text) {
    int mark = text.indexOf("://");
    var scheme = mark < 0 ? "" : text.substring(0, mark).toLowerCase(Locale.ROOT);
    if (mark >= 0 && !SCHEMES.contains(scheme)) {
      throw new ConfigException("at", text, "http or https");
    }
    var rest = mark < 0 ? text : text.substring(mark + 3);
    return new Place(
        scheme, Address.parse(rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest));
  }

  /** Whether another address is the same place: the same port of a host with the same numbers. */
  boolean isAt(Address other) {
    return address.port() == other.port()
        && (address.host().equalsIgnoreCase(other.host())
            || sameHost(address.host(), other.host()));
  }

  private static boolean sameHost(String one, String other) {
    try {
      var numbers = new HashSet<>(Arrays.asList(InetAddress.getAllByName(one)));
      return numbers.removeAll(Arrays.asList(InetAddress.getAllByName(other)));
    } catch (UnknownHostException e) {
      return false; // whoever connects there will be told
    }
  }

  /** As a door takes it. */
  @Override
  public String toString() {
    return scheme.isEmpty() ? address.toString() : scheme + "://" + address;
  }
}
