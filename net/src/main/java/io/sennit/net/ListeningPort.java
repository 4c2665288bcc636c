package io.sennit.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.Tls;
import io.sennit.core.link.HalfOpen;
import io.sennit.core.loop.RareLog;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links.Acceptor;
import io.sennit.core.spi.Opening;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** One open port and the listeners behind it: one without an upgrade, or any number by path. */
final class ListeningPort extends ChannelInboundHandlerAdapter implements NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.listen");

  private static final RareLog FULL = RareLog.of("io.sennit.net.listen");

  private final NetTransport net;
  private final NetLoop loop;
  private final ServerSocketChannel server;
  private final Optional<Tls> tls;
  private final List<Route> routes = new CopyOnWriteArrayList<>();
  private final HalfOpen opening = new HalfOpen();
  private final AcceptPause accepting;
  private final LongAdder dropped = new LongAdder();
  private Address at;
  private long gaveWay; // of the loop

  /** A listener: what it wants of a link and who takes it. */
  record Route(LinkSpec spec, Acceptor acceptor) {
    @Nullable String path() {
      return answer() == null ? null : answer().path();
    }

    Opening.@Nullable Answer answer() {
      return spec.opening().orElse(null) instanceof Opening.Answer answer ? answer : null;
    }
  }

  ListeningPort(
      NetTransport net, NetLoop loop, ServerSocketChannel server, Address at, Route first) {
    this.net = net;
    this.loop = loop;
    this.server = server;
    this.at = at;
    this.accepting = new AcceptPause(loop, server, at, net.listener());
    this.tls = first.spec().tls();
    routes.add(first);
  }

  /** Open, at the port that was given; on the loop. */
  void bound(Address real) {
    at = real;
    accepting.bound(real);
    loop.lives(this);
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
    loop.execute(this::end);
  }

  @Override
  public void end(SennitException why) {
    end();
  }

  private void end() {
    loop.ended(this);
    accepting.end();
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
    long now = loop.nanoTime(); // the turn's work begins here
    var channel = (SocketChannel) message;
    accepting.worked();
    var route = only();
    var any = route != null || routes.isEmpty() ? route : routes.getFirst();
    var source = HalfOpen.source(channel.remoteAddress());
    if (any == null || !hasRoom(any.spec().maxPending(), source, now)) {
      dropped.increment();
      channel.unsafe().closeForcibly();
      return;
    }
    try {
      NetLoop place = route == null ? loop : net.own(route.acceptor().place());
      net.io().tune(channel);
      var arrival = new Arrival(this, channel, any.spec(), place, route, source, now);
      channel.pipeline().addLast("arrival", arrival);
      opening.add(source, arrival);
      place.execute(() -> register(place, channel, arrival));
    } catch (Throwable t) {
      channel.unsafe().closeForcibly();
      loop.failed("placing a connection at " + at, t);
    }
  }

  /** On the loop it will live on; it may have ended meanwhile. */
  private static void register(NetLoop place, SocketChannel channel, Arrival arrival) {
    if (place.over() != null) {
      arrival.abandon();
      return;
    }
    place
        .register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                arrival.abandon();
              }
            });
  }

  /** Whether one more may begin to open; another may have to give way for it. */
  private boolean hasRoom(int most, Endpoint source, long now) {
    if (opening.count() < most) {
      return true;
    }
    var victim = opening.victim(source, now);
    if (victim != null) {
      gaveWay++;
      opening.remove(victim.source(), victim.one());
      ((Arrival) victim.one()).giveWay();
    }
    FULL.log(
        now,
        Level.WARNING,
        opening.count()
            + " connections to "
            + at
            + " have not opened yet, no more are allowed; silent ones give way, "
            + gaveWay
            + " so far, and "
            + dropped.sum()
            + " connections were ended before they opened",
        null);
    return victim != null;
  }

  /** A connection was ended before it came to an acceptor. Any thread. */
  void dropped() {
    dropped.increment();
  }

  long droppedSoFar() {
    return dropped.sum();
  }

  /** A connection has opened or ended. Any thread. */
  void settled(Endpoint source, Arrival arrival) {
    if (loop.inLoop()) {
      opening.remove(source, arrival);
    } else {
      loop.execute(() -> opening.remove(source, arrival));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    dropped.increment();
    if (Reasons.words(cause).contains("abort")) {
      // one connection was gone before it was accepted: that is its peer's doing
      LOG.log(Level.DEBUG, "a connection to {0} ended before it was accepted", at);
    } else {
      accepting.failed(cause);
    }
  }
}
