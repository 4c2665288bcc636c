package io.sennit.session;

import org.jspecify.annotations.Nullable;

/**
 * The part of a URL that says where to dial.
 *
 * @param type by its scheme
 * @param host with the port
 * @param hostname without port and brackets
 */
record Authority(ConnectionType type, String host, String hostname) {
  private static final int MOST_PORT = 65_535;

  /** Null: not a URL with a port and a scheme that this overlay dials. */
  static @Nullable Authority of(String url) {
    int slashes = url.indexOf("//");
    var type = ConnectionType.GRPCS;
    var rest = url;
    if (slashes == 0) {
      rest = url.substring(2);
    } else if (slashes > 0 && url.charAt(slashes - 1) == ':') {
      var scheme = type(url.substring(0, slashes - 1));
      if (scheme == null) {
        return null;
      }
      type = scheme;
      rest = url.substring(slashes + 2);
    }
    for (int i = 0; i < rest.length(); i++) {
      if ("/?#".indexOf(rest.charAt(i)) >= 0) {
        rest = rest.substring(0, i);
      }
    }
    return of(type, rest.substring(rest.lastIndexOf('@') + 1));
  }

  private static @Nullable ConnectionType type(String scheme) {
    return switch (scheme) {
      case "grpc" -> ConnectionType.GRPC;
      case "grpcs" -> ConnectionType.GRPCS;
      case "https" -> ConnectionType.HTTPS;
      default -> null;
    };
  }

  private static @Nullable Authority of(ConnectionType type, String host) {
    int colon = host.lastIndexOf(':');
    if (colon <= 0 || !isPort(host.substring(colon + 1))) {
      return null;
    }
    var name = host.substring(0, colon);
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    } else if (name.indexOf(':') >= 0) {
      return null; // IPv6 needs brackets
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~' || "[]<>\"\\^`{|}".indexOf(c) >= 0) {
        return null;
      }
    }
    return name.isEmpty() ? null : new Authority(type, host, name);
  }

  private static boolean isPort(String digits) {
    if (digits.isEmpty() || digits.length() > 5) {
      return false;
    }
    int port = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
      port = port * 10 + c - '0';
    }
    return port <= MOST_PORT;
  }

  OverlayAddress address() {
    return new OverlayAddress(host, type, false);
  }
}
