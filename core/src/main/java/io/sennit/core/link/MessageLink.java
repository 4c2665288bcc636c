package io.sennit.core.link;

import io.netty.buffer.ByteBuf;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Peer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A link from its opening to its end, the same over sockets and in a simulation: what it may queue,
 * when it flushes, when it has stalled, and how it ends. A {@link BytePipe} carries its bytes.
 *
 * <p>States: opening (not yet the engine's) → open → closing (our end or the peer's was said: what
 * is queued still leaves, what comes is dropped) → over. {@link Link.Handler#closed} is told in a
 * task of its own, so never from inside a call of the engine. Everything happens on its loop.
 */
public final class MessageLink implements Link, Framing.Output, StallWatch.Waiter {
  /** Below so many queued bytes a link is writable. */
  public static final int LOW_MARK = 128 << 10;

  /** Bytes of a message up to which it is handed over whole. */
  public static final int WHOLE = 32 << 10;

  private enum State {
    OPENING,
    OPEN,
    CLOSING,
    OVER
  }

  private final Loop loop;
  private final LinkSpec spec;
  private final boolean dialer;
  private final BytePipe pipe;
  private final FabricListener listener;
  private final FrameQueue frames = new FrameQueue();
  private final Consumer<ByteBuf> encoded = this::enqueue;
  private Peer peer;
  private State state = State.OPENING;
  private @Nullable Handler handler;
  private Framing.@Nullable State framing;
  private @Nullable StallWatch stall;
  private Loop.@Nullable Timer limit; // of a graceful end
  private @Nullable SennitException reason; // of an end that is not the engine's wish
  private boolean wasOpen;
  private boolean sending;
  private boolean flushAsked;
  private boolean full;
  private boolean tellingWritable;
  private boolean endAsked;
  private boolean outputEnded;
  private boolean inputEnded;
  private long messagesIn;
  private long messagesOut;
  private long bytesIn;
  private long bytesOut;

  /**
   * A link that is opening.
   *
   * @param dialer whether this side opened the connection
   * @param peer what is known of the other end so far
   * @param listener told when it opens and ends
   */
  public MessageLink(
      Loop loop, LinkSpec spec, boolean dialer, Peer peer, BytePipe pipe, FabricListener listener) {
    this.loop = loop;
    this.spec = spec;
    this.dialer = dialer;
    this.peer = peer;
    this.pipe = pipe;
    this.listener = listener;
  }

  // ---- for who opens it

  /** Who is told how it ends, from now on. */
  public void handledBy(Handler engine) {
    handler = engine;
  }

  /** Whether it has ended; nothing of it happens any more but that its end is told. */
  public boolean isOver() {
    return state == State.OVER;
  }

  /** The opening is done: from now on messages come and go. */
  public void open(Peer proven) {
    if (state != State.OPENING) {
      return;
    }
    peer = proven;
    stall = new StallWatch(loop, pipe, this, spec.stall());
    state = State.OPEN;
    wasOpen = true;
    tell(() -> listener.linkOpened(peer, dialer));
    try {
      framing = spec.framing().start(dialer, spec.maxMessage(), loop.random());
      engine().opened(this);
    } catch (Throwable t) {
      failed("opened", t);
    }
  }

  /** Ends it with this reason before it has opened; the connection is dropped. */
  public void fail(SennitException why) {
    finish(Optional.of(why), false);
  }

  private Handler engine() {
    var engine = handler;
    if (engine == null) {
      throw new IllegalStateException("a link without a handler");
    }
    return engine;
  }

  private Framing.State codec() {
    var codec = framing;
    if (codec == null) {
      throw new IllegalStateException("not open");
    }
    return codec;
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
  public Stats stats() {
    assert loop.inLoop() : "off the loop";
    return new Stats(messagesIn, messagesOut, bytesIn, bytesOut);
  }

  @Override
  public void write(ByteBuf message) {
    assert loop.inLoop() : "off the loop";
    if (state != State.OPEN) {
      message.release();
      return;
    }
    if (!message.hasArray()) {
      message.release();
      throw new IllegalArgumentException("a message that is not heap-backed");
    }
    if (isOverBound()) {
      message.release();
      overBound("one more message written", "Write while the link is writable.");
      return;
    }
    messagesOut++;
    try {
      codec().encode(message, encoded);
    } catch (Throwable t) {
      failed("encoding", t);
    }
  }

  private long queued() {
    return frames.bytes() + pipe.underWay();
  }

  private boolean isOverBound() {
    return queued() > spec.maxQueuedBytes();
  }

  private void overBound(String what, String advice) {
    abort(
        new DisconnectedException(
            "over " + spec.maxQueuedBytes() + " bytes queued and " + what,
            ErrorContext.peer(name()).withAdvice(advice)));
  }

  private void enqueue(ByteBuf frame) {
    if (state != State.OPEN) {
      frame.release();
      return;
    }
    bytesOut += frame.readableBytes();
    frames.add(frame);
    queuedMore();
  }

  private void queuedMore() {
    if (queued() >= LOW_MARK) {
      full = true;
    }
    if (!flushAsked) {
      flushAsked = true;
      pipe.flushAtTurnEnd();
    }
  }

  @Override
  public void flush() {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPEN) {
      send();
    }
  }

  @Override
  public long queuedBytes() {
    assert loop.inLoop() : "off the loop";
    return state == State.OPEN || state == State.CLOSING ? queued() : 0;
  }

  @Override
  public boolean writable() {
    return state == State.OPEN && queued() < LOW_MARK;
  }

  @Override
  public void read(boolean on) {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPEN) {
      pipe.read(on);
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
    finish(Optional.of(why), true);
  }

  /**
   * Ends it because what it lives on ends: what is queued is sent and the end is said, within
   * {@code most}; then the connection is reset. Either way {@code closed} gets this reason.
   */
  public void endWithin(Duration most, SennitException why) {
    assert loop.inLoop() : "off the loop";
    if (state == State.OPENING) {
      abort(why);
    } else if (state != State.OVER && limit == null) {
      limit = loop.timer(() -> abort(why));
      limit.arm(most.toNanos());
      if (state == State.OPEN) {
        reason = why;
        beginClose();
      }
    }
  }

  // ---- what comes from the pipe

  /** Bytes came: heap-backed, lent until this returns. */
  public void received(ByteBuf bytes) {
    if (state != State.OPEN) {
      return;
    }
    bytesIn += bytes.readableBytes();
    try {
      codec().decode(bytes, this);
      if (bytes.isReadable() && state == State.OPEN) {
        throw new ProtocolException("bytes", -1, bytes.readableBytes() + " left by the framing");
      }
    } catch (Throwable t) {
      // an answer the framing gave before it failed may say why: let it go out
      flush();
      failed("message", t);
    }
  }

  /** Everything that came in this turn was received. */
  public void receivedAll() {
    if (state == State.OPEN) {
      try {
        engine().batchEnd(this);
      } catch (Throwable t) {
        failed("batchEnd", t);
      }
    }
  }

  @Override
  public void message(ByteBuf part, boolean last) {
    if (state == State.OPEN) {
      if (last) {
        messagesIn++;
      }
      engine().message(this, part, last);
    }
  }

  @Override
  public void answer(ByteBuf frame) {
    if (state != State.OPEN) {
      frame.release();
      return;
    }
    if (isOverBound()) {
      frame.release();
      overBound("one more answer due", "The peer asks on and on and does not read the answers.");
      return;
    }
    bytesOut += frame.readableBytes();
    frames.addSmall(frame);
    queuedMore();
  }

  @Override
  public void ended() {
    if (state == State.OPEN) {
      beginClose();
    }
  }

  /** The peer said its end; nothing follows. */
  public void peerEnded() {
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
      finish(Optional.empty(), false);
    }
  }

  /** The connection is no more; after a close that had sent all, that is as good as an end. */
  public void lost(SennitException why) {
    if (state == State.CLOSING && queued() == 0) {
      finish(Optional.empty(), false);
    } else {
      finish(Optional.of(why), false);
    }
  }

  // ---- writing on

  /** The turn in which {@link BytePipe#flushAtTurnEnd} was asked for ends. */
  public void turnEnded() {
    flushAsked = false;
    send();
  }

  /** The pipe has room again, or what it had taken has left. */
  public void bytesLeft() {
    send();
  }

  private void send() {
    if (sending || state != State.OPEN && state != State.CLOSING) {
      return;
    }
    sending = true;
    try {
      pipe.send(frames);
    } catch (Throwable t) {
      failed("sending", t);
    } finally {
      sending = false;
    }
    sent();
  }

  private void sent() {
    long left = state == State.OVER ? 0 : queued();
    if (left > 0 && stall != null) {
      stall.watch();
    }
    if (state == State.CLOSING && left == 0) {
      endOutput();
    } else if (state == State.OPEN && full && !tellingWritable && left < LOW_MARK) {
      tellingWritable = true;
      pipe.later(this::tellWritable);
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
  public boolean isWaiting() {
    return state == State.CLOSING || state == State.OPEN && queued() > 0;
  }

  @Override
  public void stalled() {
    if (state == State.CLOSING && queued() == 0) {
      finish(Optional.empty(), false); // all was sent; the peer never said its end
      return;
    }
    abort(
        new DisconnectedException(
            "stalled: " + queued() + " bytes queued, none taken by the peer for " + spec.stall(),
            ErrorContext.peer(name())));
  }

  // ---- ending

  private void beginClose() {
    state = State.CLOSING;
    pipe.read(true); // to hear the peer's end
    if (stall != null) {
      stall.again();
    }
    send();
  }

  private void endOutput() {
    if (!endAsked) {
      endAsked = true;
      if (stall != null) {
        stall.again();
      }
      pipe.end();
    }
  }

  /** Our end was said. */
  public void endSaid() {
    outputEnded = true;
    if (inputEnded) {
      finish(Optional.empty(), false);
    }
  }

  /** Something of ours or of the engine's threw: the link ends with that reason. */
  private void failed(String where, Throwable t) {
    if (t instanceof SennitException own) {
      finish(Optional.of(own), false);
      return;
    }
    finish(
        Optional.of(
            new DisconnectedException(
                "the handler failed in " + where + ": " + Thrown.words(t),
                ErrorContext.peer(name()),
                t)),
        false);
    pipe.unexpected(where + " of " + this, t);
  }

  private String name() {
    return peer.address().toString();
  }

  private void finish(Optional<SennitException> why, boolean reset) {
    if (state == State.OVER) {
      return;
    }
    state = State.OVER;
    if (stall != null) {
      stall.cancel();
    }
    if (limit != null) {
      limit.cancel();
    }
    frames.clear();
    if (reset) {
      pipe.reset();
    } else {
      pipe.drop();
    }
    var told = reason == null ? why : Optional.of(reason);
    pipe.later(() -> tellClosed(told));
  }

  /** Its process is no more, so nobody is told: only for a simulation, which outlives processes. */
  public void forget() {
    state = State.OVER;
    frames.clear();
    if (framing != null) {
      framing.release();
      framing = null;
    }
  }

  private void tellClosed(Optional<SennitException> why) {
    if (framing != null) {
      framing.release();
    }
    if (wasOpen) {
      tell(() -> listener.linkClosed(peer, why));
    }
    if (handler != null) {
      try {
        handler.closed(this, why);
      } catch (Throwable t) {
        pipe.unexpected("closed of " + this, t);
      }
    }
  }

  private void tell(Runnable news) {
    if (listener != FabricListener.NONE) {
      try {
        news.run();
      } catch (RuntimeException e) {
        pipe.unexpected("the fabric's listener", e);
      }
    }
  }

  @Override
  public String toString() {
    return "the link " + (dialer ? "to " : "from ") + name();
  }
}
