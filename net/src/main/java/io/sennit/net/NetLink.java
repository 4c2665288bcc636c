package io.sennit.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Loop.Timer;
import io.sennit.core.spi.Peer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A link over a channel, and the last handler of its pipeline.
 *
 * <p>States: opening (dialing, or between accept and upgrade) → open → closing (our end is said, or
 * the peer's is heard; bytes still leave, what comes is dropped) → over. {@link
 * Link.Handler#closed} is told in a task of its own, so never from inside a call of the engine.
 */
final class NetLink extends ChannelInboundHandlerAdapter
    implements Link, Framing.Output, SendQueue.Owner, NetLoop.Ends {
  private static final Logger LOG = System.getLogger("io.sennit.net.link");

  private enum State {
    OPENING,
    OPEN,
    CLOSING,
    OVER
  }

  private final NetLoop loop;
  private final LinkSpec spec;
  private final boolean dialer;
  private final Consumer<ByteBuf> encoded = this::enqueue;
  private Peer peer;
  private State state = State.OPENING;
  private @Nullable Handler handler;
  private @Nullable Channel channel;
  private @Nullable SslHandler tls;
  private SendQueue queue;
  private Framing.@Nullable State framing;
  private @Nullable Timer watch;
  private boolean watching;
  private long lastProgress;
  private long lastProgressNanos;
  private boolean full;
  private boolean tellingWritable;
  private boolean outputEnded;
  private boolean inputEnded;
  private @Nullable SennitException ending; // the reason of an end that is not the engine's wish

  @SuppressWarnings("NullAway.Init") // the queue is there from open() on, and used only then
  NetLink(NetLoop loop, LinkSpec spec, boolean dialer, Peer peer) {
    this.loop = loop;
    this.spec = spec;
    this.dialer = dialer;
    this.peer = peer;
  }

  /** Who is told how it ends, from now on. */
  void handledBy(Handler engine) {
    handler = engine;
  }

  /** The channel it will live on: an abort closes it. */
  void on(Channel carrier) {
    channel = carrier;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  /** Takes the channel over: the opening is done. */
  void open(Channel carrier, Peer proven, @Nullable SslHandler ssl) {
    channel = carrier;
    peer = proven;
    tls = ssl;
    queue = new SendQueue(loop, carrier, this);
    framing = spec.framing().start(dialer, spec.maxMessage(), loop.random());
    watch = loop.timer(this::watch);
    state = State.OPEN;
    loop.lives(this);
    carrier.pipeline().addLast("link", this);
    try {
      engine().opened(this);
    } catch (Throwable t) {
      failed("opened", t);
    }
  }

  /** No bytes of the opening are on their way to other handlers any more. */
  void shareReads(Channel carrier) {
    if (tls == null && carrier.config().getRecvByteBufAllocator() instanceof ReadBuffers reads) {
      reads.share(loop);
    }
  }

  private Handler engine() {
    var engine = handler;
    if (engine == null) {
      throw new IllegalStateException("no handler");
    }
    return engine;
  }

  // ---- what the engine asks for

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public int maxMessage() {
    return spec.maxMessage();
  }

  @Override
  public void write(ByteBuf message) {
    assert loop.inLoop() : "off the loop";
    if (state != State.OPEN) {
      message.release();
      return;
    }
    if (queue.queued() > spec.maxQueuedBytes()) {
      message.release();
      abort(
          new DisconnectedException(
              "over " + spec.maxQueuedBytes() + " bytes queued and one more message written",
              ErrorContext.peer(peer.address().toString())
                  .withAdvice("Write while the link is writable.")));
      return;
    }
    try {
      codec().encode(message, encoded);
    } catch (Throwable t) {
      failed("encoding", t);
    }
  }

  private Framing.State codec() {
    var codec = framing;
    if (codec == null) {
      throw new IllegalStateException("not open");
    }
    return codec;
  }

  private void enqueue(ByteBuf frame) {
    queue.add(frame);
    if (queue.queued() >= SendQueue.LOW_MARK) {
      full = true;
    }
  }

  @Override
  public void flush() {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPEN) {
      queue.flush();
    }
  }

  @Override
  public long queuedBytes() {
    assert loop.inLoop() : "off the loop";
    return state == State.OPEN || state == State.CLOSING ? queue.queued() : 0;
  }

  @Override
  public boolean writable() {
    return state == State.OPEN && queue.queued() < SendQueue.LOW_MARK;
  }

  @Override
  public void read(boolean on) {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPEN && channel != null) {
      channel.config().setAutoRead(on);
    }
  }

  @Override
  public void close() {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPEN) {
      beginClose();
    }
  }

  @Override
  public void abort(SennitException why) {
    assert loop.inLoop() : "off the loop";
    if (state == State.OVER) {
      return;
    }
    if (channel != null) {
      try {
        channel.config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
      } catch (RuntimeException e) {
        // the socket is gone already: there is nothing left to reset
        LOG.log(Level.TRACE, "no reset", e);
      }
    }
    finish(Optional.of(why));
  }

  @Override
  public void end(SennitException why) {
    abort(why);
  }

  /** What is queued leaves and the end is said; the loop cuts off what takes too long. */
  @Override
  public void endWithin(Duration most, SennitException why) {
    if (state == State.OPENING) {
      abort(why);
    } else if (state != State.OVER) {
      ending = why;
      close();
    }
  }

  // ---- what comes from the socket

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var bytes = (ByteBuf) message;
    try {
      if (state == State.OPEN) {
        receive(bytes);
      }
    } finally {
      bytes.release();
    }
  }

  private void receive(ByteBuf bytes) {
    loop.nanoTime(); // the turn's work begins here
    try {
      if (bytes.hasArray()) {
        decode(bytes);
        return;
      }
      while (state == State.OPEN && bytes.isReadable()) {
        var lent = loop.lend(bytes);
        try {
          decode(lent);
        } finally {
          loop.giveBack(lent);
        }
      }
    } catch (Throwable t) {
      // an answer the framing gave before it failed may say why: let it go out
      if (state == State.OPEN) {
        queue.flush();
      }
      failed("message", t);
    }
  }

  private void decode(ByteBuf bytes) {
    codec().decode(bytes, this);
    if (bytes.isReadable() && state == State.OPEN) {
      throw new ProtocolException("bytes", -1, bytes.readableBytes() + " left by the framing");
    }
  }

  @Override
  public void message(ByteBuf part, boolean last) {
    if (state == State.OPEN) {
      engine().message(this, part, last);
    }
  }

  @Override
  public void answer(ByteBuf frame) {
    if (state == State.OPEN) {
      enqueue(frame);
    } else {
      frame.release();
    }
  }

  @Override
  public void ended() {
    if (state == State.OPEN) {
      beginClose();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (state == State.OPEN) {
      try {
        engine().batchEnd(this);
      } catch (Throwable t) {
        failed("batchEnd", t);
      }
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent said) {
      if (said.isSuccess()) {
        peerEnded();
      }
    } else if (event == ChannelInputShutdownEvent.INSTANCE) {
      if (tls != null && state == State.OPEN && !inputEnded) {
        finish(Optional.of(Reasons.lost("cut without close_notify", name(), null)));
      } else {
        peerEnded();
      }
    }
  }

  private void peerEnded() {
    if (inputEnded || state == State.OVER) {
      return;
    }
    inputEnded = true;
    if (state == State.OPEN) {
      try {
        codec().end();
      } catch (Throwable t) {
        failed("the end", t);
        return;
      }
      beginClose();
    } else if (outputEnded) {
      finish(Optional.empty());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    gone(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    gone(cause);
  }

  @Override
  public void lost(Throwable cause) {
    gone(cause);
  }

  /** The connection is no more; after a close that had sent all, that is as good as an end. */
  private void gone(@Nullable Throwable cause) {
    if (state == State.CLOSING && queue.queued() == 0) {
      finish(Optional.empty());
    } else if (state != State.OVER) {
      finish(Optional.of(Reasons.lost("connection lost", name(), cause)));
    }
  }

  // ---- writing on

  @Override
  public void left() {
    if (state == State.CLOSING) {
      if (queue.queued() == 0) {
        endOutput();
      }
    } else if (full && !tellingWritable && queue.queued() < SendQueue.LOW_MARK) {
      tellingWritable = true;
      loop.soon(this::tellWritable);
    }
  }

  private void tellWritable() {
    tellingWritable = false;
    if (full && writable()) {
      full = false;
      try {
        engine().writable(this);
      } catch (Throwable t) {
        failed("writable", t);
      }
    }
  }

  @Override
  public void busy() {
    if (!watching && watch != null) {
      watching = true;
      lastProgress = queue.progress();
      lastProgressNanos = loop.nanoTime();
      watch.arm(spec.stall().toNanos() / 4);
    }
  }

  private void watch() {
    watching = false;
    if (state == State.OVER || state == State.OPEN && queue.queued() == 0) {
      return;
    }
    long progress = queue.progress();
    long now = loop.nanoTime();
    if (progress != lastProgress) {
      lastProgress = progress;
      lastProgressNanos = now;
    } else if (now - lastProgressNanos >= spec.stall().toNanos()) {
      stalled();
      return;
    }
    watching = true;
    if (watch != null) {
      watch.arm(Math.max(1_000_000, spec.stall().toNanos() / 4));
    }
  }

  private void stalled() {
    if (state == State.CLOSING && queue.queued() == 0) {
      finish(Optional.empty()); // all was sent; the peer never said its end
      return;
    }
    abort(
        Reasons.lost(
            "stalled: " + queue.queued() + " bytes queued, none left for " + spec.stall(),
            name(),
            null));
  }

  // ---- ending

  private void beginClose() {
    state = State.CLOSING;
    if (channel != null) {
      channel.config().setAutoRead(true); // to hear the peer's end
    }
    queue.flush();
    lastProgress = queue.progress();
    lastProgressNanos = loop.nanoTime();
    if (!watching && watch != null) {
      watching = true;
      watch.arm(spec.stall().toNanos() / 4);
    }
    if (queue.queued() == 0) {
      endOutput();
    }
  }

  private void endOutput() {
    if (outputEnded || channel == null || state != State.CLOSING) {
      return;
    }
    outputEnded = true;
    lastProgressNanos = loop.nanoTime();
    if (tls != null) {
      tls.closeOutbound().addListener(_ -> sayEnd());
    } else {
      sayEnd();
    }
  }

  private void sayEnd() {
    if (state == State.CLOSING && channel instanceof DuplexChannel duplex) {
      if (inputEnded) {
        finish(Optional.empty());
      } else {
        duplex.shutdownOutput();
      }
    }
  }

  /** Something of ours or of the engine's threw: the link ends with that reason. */
  private void failed(String where, Throwable t) {
    if (t instanceof SennitException own) {
      finish(Optional.of(own));
      return;
    }
    finish(
        Optional.of(
            new DisconnectedException(
                "the handler failed in " + where + ": " + Thrown.words(t),
                ErrorContext.peer(name()),
                Thrown.printable(t))));
    loop.failed("the handler of the link to " + name() + ", in " + where + ",", t);
  }

  private String name() {
    return peer.address().toString();
  }

  /** The end, once; closes the channel with it. */
  void finish(Optional<SennitException> why) {
    if (state == State.OVER) {
      return;
    }
    boolean began = state != State.OPENING;
    state = State.OVER;
    loop.ended(this);
    if (watch != null) {
      watch.cancel();
    }
    if (began) {
      queue.close();
    }
    if (channel != null) {
      // past the pipeline: nothing more is to be said, not even by TLS
      channel.unsafe().close(channel.newPromise());
    }
    var told = ending == null ? why : Optional.of(ending);
    loop.soon(() -> tellClosed(told));
  }

  private void tellClosed(Optional<SennitException> why) {
    if (framing != null) {
      framing.release();
    }
    if (handler != null) {
      handler.closed(this, why);
    }
  }
}
