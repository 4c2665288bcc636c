package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Peer;
import java.security.cert.CertificateParsingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Under mutual TLS a peer may only call itself what its certificate does. */
final class Certificates {
  private static final int DNS = 2;
  private static final int IP = 7;

  private Certificates() {}

  static void check(Peer peer, String host) throws RejectedException {
    if (peer.name().isEmpty()) {
      return; // it presented none, and the listener demanded none
    }
    var claimed = HostText.address(host).host();
    var proven = names(peer);
    if (!proven.contains(claimed)) {
      throw new RejectedException(
          "host "
              + claimed
              + " is not in the certificate, which names "
              + String.join(", ", proven),
          ErrorContext.NONE);
    }
  }

  private static List<String> names(Peer peer) {
    var names = new ArrayList<String>();
    peer.name().ifPresent(n -> names.add(n.toLowerCase(Locale.ROOT)));
    try {
      var alternatives =
          peer.chain().isEmpty() ? null : peer.chain().getFirst().getSubjectAlternativeNames();
      if (alternatives != null) {
        for (var one : alternatives) {
          if (one.get(0) instanceof Integer kind && (kind == DNS || kind == IP)) {
            names.add(String.valueOf(one.get(1)).toLowerCase(Locale.ROOT));
          }
        }
      }
    } catch (CertificateParsingException e) {
      throw new RejectedException("the certificate cannot be read", ErrorContext.NONE, e);
    }
    return names;
  }
}
