package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.sennit.core.SennitException;
import io.sennit.core.link.BytePipe;
import io.sennit.core.link.FrameQueue;
import io.sennit.core.link.MessageLink;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Peer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a link over a channel, and the last handler of its pipeline. It has a link from the
 * first moment on, a channel once there is a connection, and carries bytes once it is open.
 */
final class SocketPipe extends ChannelInboundHandlerAdapter
    implements BytePipe, SocketWriter.Owner, TurnEnds.Writer, NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.link");

  /** Stall times that the kernel waits for an acknowledgement; the link's own watch comes first. */
  private static final int PATIENCE = 2;

  private final NetLoop loop;
  private final LinkSpec spec;
  private final MessageLink link;
  private @Nullable Channel channel;
  private @Nullable SslHandler tls;
  private @Nullable SocketWriter writer;
  private @Nullable TlsSender sealing;
  private boolean notified; // the peer's close_notify came
  private boolean ending;
  private boolean said;

  SocketPipe(NetLoop loop, LinkSpec spec, boolean dialer, Peer peer) {
    this.loop = loop;
    this.spec = spec;
    this.link = new MessageLink(loop, spec, dialer, peer, this, loop.listener());
  }

  MessageLink link() {
    return link;
  }

  /** The channel it will live on: an abort closes it. */
  void on(Channel carrier) {
    channel = carrier;
  }

  /** Takes the channel over: the opening is done. */
  void open(Channel carrier, Peer proven, @Nullable SslHandler ssl) {
    channel = carrier;
    tls = ssl;
    var below = new SocketWriter(loop, carrier, this);
    writer = below;
    if (ssl != null) {
      sealing = new TlsSender(loop, carrier, below, this);
      carrier.pipeline().addFirst("sealed", sealing);
    }
    if (carrier instanceof EpollSocketChannel) {
      int millis = Math.clamp(PATIENCE * spec.stall().toMillis(), 1, Integer.MAX_VALUE);
      carrier.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
    }
    loop.lives(this);
    carrier.pipeline().addLast("link", this);
    link.open(proven);
  }

  /** No bytes of the opening are on their way to other handlers any more. */
  void shareReads(Channel carrier) {
    if (tls == null && carrier.config().getRecvByteBufAllocator() instanceof ReadBuffers reads) {
      reads.share(loop);
    }
  }

  // ---- what the link asks for

  @Override
  public void send(FrameQueue frames) {
    var below = writer;
    if (below == null) {
      return;
    }
    try {
      if (sealing == null) {
        below.drain(frames);
      } else {
        sealing.send(frames);
      }
    } catch (IOException e) {
      lost(e);
    }
  }

  @Override
  public long underWay() {
    var above = sealing;
    return (writer == null ? 0 : writer.held()) + (above == null ? 0 : above.underWay());
  }

  @Override
  public long progress() {
    return writer == null ? 0 : writer.progress();
  }

  @Override
  public void flushAtTurnEnd() {
    loop.flushAtTurnEnd(this);
  }

  @Override
  public void turnEnded() {
    link.turnEnded();
  }

  @Override
  public void read(boolean on) {
    if (channel != null) {
      channel.config().setAutoRead(on);
    }
  }

  @Override
  public void end() {
    ending = true;
    if (tls != null) {
      tls.closeOutbound().addListener(_ -> sayEnd());
    } else {
      sayEnd();
    }
  }

  private void sayEnd() {
    if (said || link.isOver() || underWay() > 0) {
      return; // said when the close_notify has left
    }
    said = true;
    link.endSaid();
    if (!link.isOver() && channel instanceof DuplexChannel duplex) {
      duplex.shutdownOutput();
    }
  }

  @Override
  public void reset() {
    if (channel != null) {
      try {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
      } catch (RuntimeException e) {
        // the socket is gone already: there is nothing left to reset
        LOG.log(Level.TRACE, "no reset", e);
      }
    }
    drop();
  }

  @Override
  public void drop() {
    loop.ended(this);
    if (writer != null) {
      writer.close();
    }
    if (sealing != null) {
      sealing.close();
    }
    if (channel != null) {
      // past the pipeline: nothing more is to be said, not even by TLS
      channel.unsafe().close(channel.newPromise());
    }
  }

  @Override
  public void later(Runnable task) {
    loop.soon(task);
  }

  @Override
  public void unexpected(String where, Throwable thrown) {
    loop.failed(where, thrown);
  }

  // ---- what its loop asks for

  @Override
  public void end(SennitException why) {
    link.abort(why);
  }

  @Override
  public void endWithin(Duration most, SennitException why) {
    link.endWithin(most, why);
  }

  // ---- what comes from the socket

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var bytes = (ByteBuf) message;
    try {
      if (bytes.hasArray()) {
        loop.nanoTime(); // the turn's work begins here
        link.received(bytes);
        return;
      }
      while (!link.isOver() && bytes.isReadable()) {
        loop.nanoTime();
        var lent = loop.lend(bytes);
        try {
          link.received(lent);
        } finally {
          loop.giveBack(lent);
        }
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    link.receivedAll();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent said) {
      if (said.isSuccess()) {
        notified = true;
        link.peerEnded();
      }
    } else if (event == ChannelInputShutdownEvent.INSTANCE) {
      if (tls == null) {
        link.peerEnded();
      } else if (!notified) {
        link.lost(Reasons.lost("cut without close_notify", name(), null));
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(cause);
  }

  // ---- what comes from the writer

  @Override
  public void hasRoom() {
    if (sealing != null) {
      try {
        sealing.drain();
      } catch (IOException e) {
        lost(e);
        return;
      }
    }
    drained();
  }

  /** As much as could be was written. */
  void drained() {
    if (ending) {
      sayEnd();
    } else {
      link.bytesLeft();
    }
  }

  @Override
  public void lost(@Nullable Throwable cause) {
    link.lost(Reasons.lost("connection lost", name(), cause));
  }

  private String name() {
    return link.peer().address().toString();
  }
}
