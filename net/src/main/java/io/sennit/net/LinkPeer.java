package io.sennit.net;

import io.netty.handler.ssl.SslHandler;
import io.sennit.core.Address;
import io.sennit.core.link.CertificateChains;
import io.sennit.core.spi.Peer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end. */
final class LinkPeer {
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
        chain.isEmpty() ? Optional.empty() : CertificateChains.name(chain.getFirst()),
        List.copyOf(chain),
        Optional.ofNullable(tls.applicationProtocol()));
  }
}
