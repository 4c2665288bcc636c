import org.jspecify.annotations.NullMarked;

/** Loops, links, datagrams and names over real sockets; found through ServiceLoader. */
@NullMarked
module io.sennit.net {
  requires io.sennit.core;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.dns;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;
  requires java.naming;
  requires jdk.net;
  requires static org.jspecify;

  provides io.sennit.core.spi.TransportProvider with
      io.sennit.net.NetProvider;
}
