package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.link.HalfOpen;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Loop.Timer;
import io.sennit.core.spi.Peer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An accepted connection on its way to become a link: TLS, then the upgrade, then the acceptor;
 * {@code handshake} bounds it all. On a port shared by several paths it is read on the listener's
 * loop and moves to the acceptor's when the path is known.
 */
final class Arrival extends ChannelInboundHandlerAdapter implements NetLoop.Ends, HalfOpen.Half {
  private static final Logger LOG = System.getLogger("io.sennit.net.listen");
  private static final int FORBIDDEN = 403;

  private final ListeningPort port;
  private final Channel channel;
  private final Endpoint source;
  private final LinkSpec limits;
  private final ListeningPort.@Nullable Route only;
  private final List<ByteBuf> early = new ArrayList<>();
  private volatile NetLoop loop;
  private @Nullable Timer limit;
  private @Nullable SslHandler tls;
  private @Nullable HttpRequest request;
  private final long startNanos;
  private boolean answered;
  private boolean moved;
  private boolean over;
  private volatile boolean heard;

  Arrival(
      ListeningPort port,
      Channel channel,
      LinkSpec limits,
      NetLoop loop,
      ListeningPort.@Nullable Route only,
      Endpoint source,
      long acceptedNanos) {
    this.port = port;
    this.channel = channel;
    this.source = source;
    this.startNanos = acceptedNanos;
    this.limits = limits;
    this.loop = loop;
    this.only = only;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    settleIn();
    if (port.tls().isEmpty()) {
      proven(ctx);
      return;
    }
    channel.config().setAutoRead(false);
    port.net()
        .certificates()
        .start(
            () -> port.net().tls().context(port.tls().get(), true),
            loop,
            Done.of(
                context -> {
                  if (!over) {
                    secure(ctx, context.newHandler(channel.alloc()));
                  }
                },
                why -> drop("no certificates", why)));
  }

  /** On this loop from now on: at first, and after a move. */
  private void settleIn() {
    loop.lives(this);
    limit = loop.timer(() -> drop("did not open within " + limits.handshake(), null));
    limit.arm(limits.handshake().toNanos() - (loop.nanoTime() - startNanos));
  }

  private void secure(ChannelHandlerContext ctx, SslHandler handler) {
    tls = handler;
    handler.setHandshakeTimeoutMillis(0); // our own limit covers the upgrade too
    ctx.pipeline().addFirst("tls", handler);
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                proven(ctx);
              } else {
                untrusted(done.cause());
              }
            });
    ctx.channel().config().setAutoRead(true);
  }

  private void proven(ChannelHandlerContext ctx) {
    if (over) {
      return;
    }
    if (only != null && only.path() == null) {
      admit(ctx, only, "");
      return;
    }
    var config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(ClientUpgrade.MAX_HEADERS)
            .setMaxHeaderSize(ClientUpgrade.MAX_HEADERS);
    ctx.pipeline().addBefore("arrival", "http", new HttpRequestDecoder(config));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    heard = true;
    ctx.fireChannelReadComplete();
  }

  @Override
  public boolean isSilent() {
    return !heard;
  }

  @Override
  public long bornNanos() {
    return startNanos;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    loop.nanoTime(); // the turn's work begins here
    if (message instanceof ByteBuf bytes && request != null && !over && !answered) {
      early.add(bytes); // read past the request: it belongs to the link
      return;
    }
    try {
      if (over || answered) {
        return;
      }
      if (message instanceof HttpRequest head) {
        request = head;
        int refusal = ServerUpgrade.refusal(head);
        if (refusal == 0 && port.at(head.uri()) == null) {
          refusal = 404;
        }
        if (refusal != 0) {
          refuse(refusal);
        }
      } else if (message instanceof LastHttpContent) {
        asked(ctx);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void asked(ChannelHandlerContext ctx) {
    var head = request;
    var route = head == null ? null : port.at(head.uri());
    if (head == null || route == null) {
      refuse(404);
      return;
    }
    String key = ServerUpgrade.key(head);
    ctx.pipeline().remove("http");
    NetLoop place;
    try {
      place = route == only ? loop : port.net().own(route.acceptor().place());
    } catch (Throwable t) {
      refuse(500);
      loop.failed("placing a connection", t);
      return;
    }
    if (place == loop) {
      admit(ctx, route, key);
    } else {
      move(ctx, place, () -> admit(ctx, route, key));
    }
  }

  /** Takes the channel to another loop. */
  private void move(ChannelHandlerContext ctx, NetLoop place, Runnable then) {
    channel.config().setAutoRead(false);
    leave();
    moved = true;
    channel.deregister().addListener(_ -> place.execute(() -> arriveAt(place, then)));
  }

  /** On the other loop, which may have ended meanwhile. */
  private void arriveAt(NetLoop place, Runnable then) {
    if (place.over() != null) {
      abandon();
      return;
    }
    place
        .register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                abandon();
                return;
              }
              loop = place;
              settleIn();
              channel.config().setAutoRead(true); // before the engine may say otherwise
              then.run();
            });
  }

  /** There is no loop for it. */
  void abandon() {
    if (!over) {
      over = true;
      port.dropped();
      settled();
    }
    channel.unsafe().closeForcibly();
  }

  private void admit(ChannelHandlerContext ctx, ListeningPort.Route route, String key) {
    if (over) {
      return;
    }
    var peer = LinkPeer.of(LinkPeer.address(channel.remoteAddress()), tls);
    var pipe = new SocketPipe(loop, route.spec(), false, peer);
    var link = pipe.link();
    pipe.on(channel);
    try {
      check(route, peer);
      Link.Handler engine = route.acceptor().accept(link);
      link.handledBy(engine);
    } catch (RejectedException e) {
      LOG.log(Level.DEBUG, "refused {0}: {1}", peer.address(), e.getMessage());
      refuse(FORBIDDEN);
      return;
    } catch (Throwable t) {
      refuse(500);
      loop.failed("the guard or acceptor for " + peer.address(), t);
      return;
    }
    var read = List.copyOf(early);
    early.clear(); // the link's now
    done();
    if (link.isOver()) {
      read.forEach(ReferenceCountUtil::release);
      return;
    }
    if (request != null) {
      channel.write(ascii(ServerUpgrade.accepted(key)));
      channel.flush();
    }
    pipe.open(channel, peer, tls);
    for (var bytes : read) {
      ctx.fireChannelRead(bytes);
    }
    if (moved && !read.isEmpty()) {
      ctx.fireChannelReadComplete(); // on the first loop the socket's read would have said it
    }
    if (channel.isOpen()) {
      ctx.pipeline().remove(this);
      pipe.shareReads(channel);
    }
  }

  private void check(ListeningPort.Route route, Peer peer) {
    var answer = route.answer();
    if (answer != null && request != null) {
      answer.guard().check(ServerUpgrade.headers(request), peer);
    }
  }

  /** Answers with a status and says the end; what still comes is dropped until the limit. */
  private void refuse(int status) {
    answered = true;
    if (status != FORBIDDEN) { // else a guard or an acceptor knows of it
      port.dropped();
    }
    if (request == null || tls != null) {
      var last = request == null ? Unpooled.EMPTY_BUFFER : ascii(ServerUpgrade.refused(status));
      channel.writeAndFlush(last).addListener(_ -> channel.close());
      return;
    }
    channel
        .writeAndFlush(ascii(ServerUpgrade.refused(status)))
        .addListener(
            (ChannelFutureListener)
                f -> {
                  if (f.isSuccess() && f.channel() instanceof DuplexChannel duplex) {
                    duplex.shutdownOutput();
                  } else {
                    channel.close();
                  }
                });
    channel.config().setAutoRead(true);
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !over) {
      // its own doing, and what everybody does who looks whether a port is open
      forget("the peer ended the connection", null);
      channel.unsafe().close(channel.newPromise());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    done();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    drop("the connection failed", cause);
  }

  @Override
  public void end(SennitException why) {
    done();
    channel.unsafe().close(channel.newPromise());
  }

  /** Too many are opening, and this one has been silent; any thread. */
  void giveWay() {
    var here = loop;
    here.execute(
        () -> {
          if (here == loop) {
            drop("gave way to another connection", null);
          } else {
            giveWay(); // it has moved meanwhile
          }
        });
  }

  /** Closes a turn later: the alert that tells the dialer why is written after this is told. */
  private void untrusted(Throwable cause) {
    if (!over) {
      count();
      forget("the TLS handshake failed", cause);
      loop.soon(() -> channel.unsafe().close(channel.newPromise()));
    }
  }

  private void drop(String why, @Nullable Throwable cause) {
    if (!over) {
      count();
      forget(why, cause);
      channel.unsafe().close(channel.newPromise());
    }
  }

  private void count() {
    if (!answered) { // else it was counted with the answer
      port.dropped();
    }
  }

  private void forget(String why, @Nullable Throwable cause) {
    if (!answered) {
      LOG.log(
          Level.DEBUG,
          "dropped {0}: {1}{2}",
          channel.remoteAddress(),
          why,
          cause == null ? "" : ", " + Reasons.words(cause));
    }
    done();
  }

  /** No longer pending. */
  private void done() {
    if (!over) {
      over = true;
      leave();
      settled();
    }
  }

  private void settled() {
    port.settled(source, this);
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  private void leave() {
    if (limit != null) {
      limit.cancel();
    }
    loop.ended(this);
  }
}
