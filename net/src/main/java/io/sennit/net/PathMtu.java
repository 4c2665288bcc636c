package io.sennit.net;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import io.sennit.core.spi.Endpoint;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What the kernel knows of the way to a place. Asked by a socket of its own that sends nothing. */
final class PathMtu {
  private static final System.Logger LOG = System.getLogger("io.sennit.net.datagrams");
  private static final int IP_MTU = 14;
  private static final int IPV6_MTU = 24;
  private static final int V4_HEADERS = 20 + 8;
  private static final int V6_HEADERS = 40 + 8;
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * An answer of a moment.
   *
   * @param fits bytes of the longest packet; 0: not known
   */
  record Known(Endpoint to, long at, int fits) {
    boolean isFor(Endpoint other, long now) {
      return to.equals(other) && now - at < FRESH_NANOS;
    }
  }

  private PathMtu() {}

  static Known ask(Endpoint to, long now) {
    return new Known(to, now, Epoll.isAvailable() ? fits(to) : 0);
  }

  private static int fits(Endpoint to) {
    var socket = Socket.newSocketDgram();
    try {
      socket.connect(NetNames.socket(to));
      return to.isV4()
          ? socket.getIntOpt(UdpOptions.SOL_IP, IP_MTU) - V4_HEADERS
          : socket.getIntOpt(UdpOptions.SOL_IPV6, IPV6_MTU) - V6_HEADERS;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the system does not tell the path MTU", e);
      return 0;
    } finally {
      close(socket);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "a socket that sent nothing did not close", e);
    }
  }

  /** The address packets to a place leave from, with some port. */
  static Optional<Endpoint> localToward(Endpoint peer) {
    try (var probe = DatagramChannel.open()) {
      probe.connect(NetNames.socket(peer));
      var own = NetNames.endpoint((InetSocketAddress) probe.getLocalAddress());
      return own.isAny() ? Optional.empty() : Optional.of(own);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "there is no way to " + peer.toAddress(), e);
      return Optional.empty();
    }
  }
}
