package io.sennit.node;

import io.sennit.core.Address;
import java.util.Locale;

/** The ways to spell where a node is. */
final class HostNames {
  private HostNames() {}

  /** Its address: {@code host:port}, or {@code scheme://host[:port]} with the scheme's port. */
  static Address address(String host) {
    int scheme = host.indexOf("://");
    if (scheme < 0) {
      return Address.parse(host);
    }
    var rest = host.substring(scheme + 3);
    boolean hasPort = rest.lastIndexOf(':') > rest.lastIndexOf(']');
    var word = host.substring(0, scheme).toLowerCase(Locale.ROOT);
    boolean secure = word.equals("https") || word.equals("wss");
    return Address.parse(hasPort ? rest : rest + (secure ? ":443" : ":80"));
  }
}
