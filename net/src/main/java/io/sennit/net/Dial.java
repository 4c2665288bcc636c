package io.sennit.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
import io.sennit.core.link.MessageLink;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Loop.Timer;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a link: certificates, name, TCP to each address in turn, TLS, upgrade. Two
 * budgets: {@code connect} up to TCP, {@code handshake} for the rest. All on the link's loop.
 */
final class Dial implements NetLoop.Ends {
  private static final int LEAST_CONNECT_MILLIS = 50;

  private final NetTransport net;
  private final NetLoop loop;
  private final Address to;
  private final LinkSpec spec;
  private final SocketPipe pipe;
  private final MessageLink link;
  private @Nullable Timer limit;
  private @Nullable SslContext tls;
  private List<Endpoint> places = List.of();
  private int next;
  private long startNanos;
  private String phase = "looking up the name";
  private Duration budget;

  Dial(NetTransport net, NetLoop loop, Address to, LinkSpec spec, Link.Handler handler) {
    this.net = net;
    this.loop = loop;
    this.to = to;
    this.spec = spec;
    this.budget = spec.connect();
    this.pipe = new SocketPipe(loop, spec, true, Peer.at(to));
    this.link = pipe.link();
    link.handledBy(handler);
  }

  MessageLink link() {
    return link;
  }

  void start() {
    if (link.isOver()) {
      return; // aborted before it began
    }
    startNanos = loop.nanoTime();
    var over = loop.over();
    if (over != null) {
      link.fail(lost(over.what(), null));
      return;
    }
    loop.lives(this);
    limit = loop.timer(this::late);
    limit.arm(budget.toNanos());
    if (spec.tls().isEmpty()) {
      lookUp();
      return;
    }
    net.certificates()
        .start(
            () -> net.tls().context(spec.tls().get(), false),
            loop,
            Done.of(
                context -> {
                  tls = context;
                  lookUp();
                },
                this::fail));
  }

  private void lookUp() {
    if (isOver()) {
      return;
    }
    net.names()
        .resolve(
            loop,
            to.toString(),
            false,
            Done.of(
                found -> {
                  places = found;
                  connect(null);
                },
                this::fail));
  }

  /** The next address, until one answers or none is left. */
  private void connect(@Nullable Throwable last) {
    if (isOver()) {
      return;
    }
    if (next == places.size()) {
      fail(lost("connecting", last));
      return;
    }
    phase = "connecting";
    int left = places.size() - next;
    long budgetLeft = spec.connect().toNanos() - (loop.nanoTime() - startNanos);
    // over an hour is no timeout; the division leaves each address its share
    long share =
        Math.clamp(budgetLeft / left / 1_000_000, LEAST_CONNECT_MILLIS, TimeUnit.HOURS.toMillis(1));
    InetSocketAddress place = NetNames.socket(places.get(next++));
    SocketChannel channel;
    try {
      channel = net.io().dialing();
    } catch (RuntimeException e) { // no descriptor is left; another address would not find one
      fail(lost("connecting", e));
      return;
    }
    net.io().tune(channel);
    // one address has the whole budget, which the limit above guards and words better
    channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, left == 1 ? 0 : (int) share);
    pipe.on(channel);
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
                connect(registered.cause());
                return;
              }
              channel
                  .connect(place)
                  .addListener(
                      connected -> {
                        if (connected.isSuccess()) {
                          connected(channel);
                        } else {
                          channel.unsafe().closeForcibly();
                          connect(connected.cause());
                        }
                      });
            });
  }

  private void connected(Channel channel) {
    if (isOver()) {
      channel.unsafe().close(channel.newPromise());
      return;
    }
    budget = spec.handshake();
    if (limit != null) {
      limit.arm(budget.toNanos());
    }
    channel.pipeline().addLast("dial", new Watcher());
    var context = tls;
    if (context == null) {
      upgrade(channel, null);
      return;
    }
    phase = "the TLS handshake";
    SslHandler handler = context.newHandler(channel.alloc(), to.host(), to.port());
    handler.setHandshakeTimeoutMillis(0); // our own limit covers the upgrade too
    channel.pipeline().addFirst("tls", handler);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                upgrade(channel, handler);
              } else {
                fail(lost(phase, done.cause()));
              }
            });
  }

  private void upgrade(Channel channel, @Nullable SslHandler handler) {
    if (isOver()) {
      return;
    }
    Runnable open = () -> open(channel, handler);
    switch (spec.opening().orElse(null)) {
      case Opening.Ask ask -> {
        phase = "the upgrade";
        new ClientUpgrade(this, channel, to, ask, open).start(loop.secrets());
      }
      case Opening.Answer _ -> fail(lost("an Answer is for listening, dial with an Ask", null));
      case null -> {
        open.run();
        pipe.shareReads(channel);
      }
    }
  }

  private void open(Channel channel, @Nullable SslHandler handler) {
    if (isOver()) {
      return;
    }
    over();
    channel.pipeline().remove("dial");
    pipe.open(channel, LinkPeer.of(to, handler), handler);
  }

  SocketPipe opened() {
    return pipe;
  }

  private void late() {
    fail(
        new DisconnectedException(
            "timed out in " + phase + ", allowed were " + budget.toMillis() + " ms",
            Reasons.dialing(to.toString(), elapsed())));
  }

  DisconnectedException lost(String where, @Nullable Throwable cause) {
    return new DisconnectedException(
        cause == null ? where : where + ": " + Reasons.words(cause),
        Reasons.dialing(to.toString(), elapsed())
            .withAdvice(cause == null ? "" : Reasons.moreFiles(cause).advice()),
        cause == null ? null : Thrown.printable(cause));
  }

  Duration elapsed() {
    return Duration.ofNanos(loop.nanoTime() - startNanos);
  }

  void fail(SennitException why) {
    if (!isOver()) {
      over();
      link.fail(why);
    }
  }

  @Override
  public void end(SennitException why) {
    fail(why);
  }

  /** Aborted links end here too: whatever comes back late finds the link over. */
  private boolean isOver() {
    if (link.isOver()) {
      over();
      return true;
    }
    return false;
  }

  private void over() {
    if (limit != null) {
      limit.cancel();
    }
    loop.ended(this);
  }

  /** The end of the connection before the link took it over. */
  private final class Watcher extends ChannelInboundHandlerAdapter {
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(lost("the connection ended in " + phase, null));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == io.netty.channel.socket.ChannelInputShutdownEvent.INSTANCE) {
        fail(lost("the peer ended the connection in " + phase, null));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(lost(phase, cause));
    }
  }
}
