package io.sennit.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import jdk.net.ExtendedSocketOptions;

/** The two ways to reach the kernel. */
enum Io {
  EPOLL,
  NIO;

  /** A dead peer shows itself after 15 s of silence and five unanswered probes, 15 s apart. */
  private static final int KEEP_IDLE_SECONDS = 15;

  private static final int KEEP_INTERVAL_SECONDS = 15;
  private static final int KEEP_PROBES = 5;
  private static final int BACKLOG = 1024;

  /**
   * Bytes the kernel keeps unsent for a link at most. What it keeps is neither counted nor can
   * urgent messages overtake it, and a slow peer would take seconds to make room in it.
   */
  private static final long UNSENT = 128 << 10;

  /**
   * All the kernel keeps of a link where there is no such option. At 256 KiB it made room every 4 s
   * only for a peer that took 50 kB a second, which is the usual stall time.
   */
  private static final int SEND_BUFFER = 128 << 10;

  static Io choose(boolean nativeTransport) {
    return nativeTransport && Epoll.isAvailable() ? EPOLL : NIO;
  }

  IoHandlerFactory handlers() {
    return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  SocketChannel dialing() {
    return this == EPOLL ? new EpollSocketChannel() : new KernelSocket.Nio();
  }

  ServerSocketChannel listening() {
    ServerSocketChannel server =
        this == EPOLL ? new EpollServerSocketChannel() : new KernelSocket.NioServer();
    server.config().setReuseAddress(true);
    server.config().setBacklog(BACKLOG);
    return server;
  }

  DatagramChannel datagrams() {
    return this == EPOLL ? new EpollDatagramChannel() : new NioDatagramChannel();
  }

  /** What every connection gets, on both sides. */
  void tune(Channel channel) {
    var config = channel.config();
    config.setOption(ChannelOption.TCP_NODELAY, true);
    config.setOption(ChannelOption.SO_KEEPALIVE, true);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    config.setAutoClose(false);
    config.setRecvByteBufAllocator(new ReadBuffers());
    if (this == EPOLL) {
      config.setOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_IDLE_SECONDS);
      config.setOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_INTERVAL_SECONDS);
      config.setOption(EpollChannelOption.TCP_KEEPCNT, KEEP_PROBES);
      config.setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT);
    } else {
      config.setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER);
      // where the system has no such option, Netty answers false and the system's own times hold
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_IDLE_SECONDS);
      config.setOption(
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEP_INTERVAL_SECONDS);
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_PROBES);
    }
  }
}
