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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
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

  static Io choose(boolean nativeTransport) {
    return nativeTransport && Epoll.isAvailable() ? EPOLL : NIO;
  }

  IoHandlerFactory handlers() {
    return this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  SocketChannel dialing() {
    return this == EPOLL ? new EpollSocketChannel() : new NioSocketChannel();
  }

  ServerSocketChannel listening() {
    ServerSocketChannel server =
        this == EPOLL ? new EpollServerSocketChannel() : new NioServerSocketChannel();
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
    } else {
      // where the system has no such option, Netty answers false and the system's own times hold
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEP_IDLE_SECONDS);
      config.setOption(
          NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEP_INTERVAL_SECONDS);
      config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), KEEP_PROBES);
    }
  }
}
