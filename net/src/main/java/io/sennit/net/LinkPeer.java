package io.sennit.net;

import io.netty.handler.ssl.SslHandler;
import io.sennit.core.Address;
import io.sennit.core.spi.Peer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end. */
final class LinkPeer {
  private static final int DNS_NAME = 2;

  private LinkPeer() {}

  static Address address(SocketAddress socket) {
    var inet = (InetSocketAddress) socket;
    var ip = inet.getAddress();
    String host = ip == null ? inet.getHostString() : ip.getHostAddress();
    int scope = host.indexOf('%');
    return Address.of(scope < 0 ? host : host.substring(0, scope), inet.getPort());
  }

  static Peer of(Address address, @Nullable SslHandler tls) {
    if (tls == null) {
      return Peer.at(address);
    }
    var chain = new ArrayList<X509Certificate>();
    try {
      for (var one : tls.engine().getSession().getPeerCertificates()) {
        chain.add((X509Certificate) one);
      }
    } catch (SSLPeerUnverifiedException _) {
      // a dialer that stays anonymous: the chain is empty, which says so
    }
    return new Peer(
        address,
        chain.isEmpty() ? Optional.empty() : name(chain.getFirst()),
        List.copyOf(chain),
        Optional.ofNullable(tls.applicationProtocol()));
  }

  private static Optional<String> name(X509Certificate leaf) {
    try {
      var names = leaf.getSubjectAlternativeNames();
      if (names != null) {
        for (var one : names) {
          if (one.get(0) instanceof Integer kind && kind == DNS_NAME) {
            return Optional.of(String.valueOf(one.get(1)));
          }
        }
      }
      for (var rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns().reversed()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return Optional.of(String.valueOf(rdn.getValue()));
        }
      }
    } catch (CertificateParsingException | InvalidNameException e) {
      System.getLogger("io.sennit.net.tls")
          .log(System.Logger.Level.DEBUG, "a certificate without a readable name", e);
    }
    return Optional.empty();
  }
}
