package io.sennit.grid.engine;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;

/** The one place where a grid host string ({@code http://a:9000}) becomes an address. */
public final class HostText {
  private HostText() {}

  /** The address in a host string; 80 or 443 where it names no port. */
  public static Address address(String host) {
    int scheme = host.indexOf("://");
    if (scheme < 0) {
      throw new ConfigException("grid host", host, "scheme://host:port, like http://10.0.0.1:7400");
    }
    var kind = host.substring(0, scheme);
    int port =
        switch (kind) {
          case "http", "ws" -> 80;
          case "https", "wss" -> 443;
          default ->
              throw new ConfigException("grid host", host, "the scheme http, https, ws or wss");
        };
    var rest = host.substring(scheme + 3);
    boolean hasPort = rest.lastIndexOf(':') > rest.lastIndexOf(']');
    return Address.parse(hasPort ? rest : rest + ":" + port);
  }

  /**
   * The same of a peer, which can be dialed.
   *
   * @throws ConfigException if nobody can be there: port 0, or an address of many or of none
   */
  static Address peer(String host) {
    var address = address(host);
    if (address.port() == 0) {
      throw new ConfigException("grid host", host, "the port that the peer listens on, not 0");
    }
    var name = address.host();
    if (name.equals("0.0.0.0") || name.equals("::") || isMulticast(name)) {
      throw new ConfigException("grid host", host, "the address of one machine");
    }
    return address;
  }

  private static boolean isMulticast(String name) {
    if (name.indexOf(':') >= 0) {
      return name.regionMatches(true, 0, "ff", 0, 2);
    }
    var parts = name.split("\\.", -1);
    if (parts.length != 4 || !name.chars().allMatch(c -> c == '.' || c >= '0' && c <= '9')) {
      return false; // a name
    }
    var first = parts[0];
    return first.length() == 3 && first.compareTo("224") >= 0;
  }

  /** The address of who listens nowhere. */
  static Address nowhere() {
    return Address.of("0.0.0.0", 0);
  }

  /** The host string of an address. */
  public static String of(Address address, boolean tls) {
    return (tls ? "https://" : "http://") + address;
  }
}
