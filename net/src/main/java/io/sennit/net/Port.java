package io.sennit.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links.Acceptor;
import io.sennit.core.spi.Opening;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One open port and the listeners behind it: one without an upgrade, or any number by path. */
final class Port extends ChannelInboundHandlerAdapter implements NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.listen");

  private final NetTransport net;
  private final NetLoop loop;
  private final ServerSocketChannel server;
  private final Optional<Tls> tls;
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final LongAdder dropped = new LongAdder();

  /** A listener: what it wants of a link and who takes it. */
  record Route(LinkSpec spec, Acceptor acceptor) {
    @Nullable String path() {
      return answer() == null ? null : answer().path();
    }

    Opening.@Nullable Answer answer() {
      return spec.opening().orElse(null) instanceof Opening.Answer answer ? answer : null;
    }
  }

  Port(NetTransport net, NetLoop loop, ServerSocketChannel server, Route first) {
    this.net = net;
    this.loop = loop;
    this.server = server;
    this.tls = first.spec().tls();
    routes.add(first);
  }

  Optional<Tls> tls() {
    return tls;
  }

  NetTransport net() {
    return net;
  }

  /**
   * Shares the port with another path.
   *
   * @return false: the port has just closed
   * @throws ConfigException if the two cannot be told apart
   */
  synchronized boolean add(Route route) {
    if (routes.isEmpty()) {
      return false;
    }
    String path = route.path();
    for (var other : routes) {
      if (path == null || path.equals(other.path()) || other.path() == null) {
        throw new ConfigException(
            "listen", path == null ? "no path" : path, "a path of its own on a shared port");
      }
    }
    if (!route.spec().tls().equals(tls)) {
      throw new ConfigException("tls", "different", "the same certificates on a shared port");
    }
    routes.add(route);
    return true;
  }

  /** Whether that was the last one. */
  synchronized boolean remove(Route route) {
    // by identity: two listeners may be equal records
    for (var one : routes) {
      if (one == route) {
        routes.remove(one);
        return routes.isEmpty();
      }
    }
    return false;
  }

  void close() {
    loop.soon(
        () -> {
          loop.ended(this);
          server.close();
        });
  }

  @Override
  public void end(SennitException why) {
    loop.ended(this);
    server.close();
  }

  /** The one listener a connection can be for, or null while its path must be read first. */
  @Nullable Route only() {
    return routes.size() == 1 ? routes.getFirst() : null;
  }

  @Nullable Route at(String path) {
    for (var one : routes) {
      if (path.equals(one.path())) {
        return one;
      }
    }
    return null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var channel = (Channel) message;
    var route = only();
    var any = route != null || routes.isEmpty() ? route : routes.getFirst();
    if (any == null || pending.get() >= any.spec().maxPending()) {
      dropped.increment();
      channel.unsafe().closeForcibly();
      return;
    }
    pending.incrementAndGet();
    try {
      NetLoop place = route == null ? loop : net.own(route.acceptor().place());
      net.io().tune(channel);
      channel.pipeline().addLast("arrival", new Arrival(this, any.spec(), place, route));
      place
          .register(channel)
          .addListener(
              registered -> {
                if (!registered.isSuccess()) {
                  settled();
                  channel.unsafe().closeForcibly();
                }
              });
    } catch (RuntimeException e) {
      settled();
      channel.unsafe().closeForcibly();
      LOG.log(Level.ERROR, "a connection could not be placed", e);
    }
  }

  /** A connection was ended before it came to an acceptor. */
  void dropped() {
    dropped.increment();
  }

  long droppedSoFar() {
    return dropped.sum();
  }

  /** A pending connection has opened or ended. */
  void settled() {
    pending.decrementAndGet();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    dropped.increment();
    LOG.log(Level.WARNING, "accepting at " + server.localAddress() + " failed", cause);
  }
}
