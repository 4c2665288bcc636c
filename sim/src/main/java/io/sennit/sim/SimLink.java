package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Peer;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One end of a connection. What happens before it is open is up to its {@link Opener}. */
final class SimLink implements Link, Framing.Output {
  private static final int LOW_MARK = 128 << 10;
  private static final int READ_BATCH = 64 << 10;

  private enum State {
    OPENING,
    OPEN,
    CLOSING, // said goodbye; reads to the peer's end
    ENDED
  }

  private final Life life;
  private final Simulation simulation;
  private final LinkSpec spec;
  private final boolean dialer;
  private final Event limit; // of the phase it is in: connect, handshake, close
  private final Event stall;
  private SimLoop loop;
  private Peer peer;
  private State state = State.OPENING;
  private @Nullable Opener opener;
  private @Nullable Handler handler;
  private Framing.@Nullable State framing;
  private @Nullable Connection connection;
  private @Nullable Pipe out;
  private @Nullable Pipe in;
  private String limitReason = "";
  private final SendQueue queue;
  private boolean reading = true;
  private boolean readPosted;
  private boolean flushPosted;
  private boolean wasUnwritable;
  private boolean goodbye; // the framing said that nothing follows

  SimLink(Life life, SimLoop loop, LinkSpec spec, boolean dialer, Peer peer) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.spec = spec;
    this.dialer = dialer;
    this.peer = peer;
    this.queue = new SendQueue(simulation);
    this.limit = Event.of(life, () -> post(this::limitReached));
    this.stall = Event.of(life, () -> post(this::checkStall));
    life.opened(this);
  }

  // ---- opening

  Life life() {
    return life;
  }

  LinkSpec spec() {
    return spec;
  }

  void opener(Opener now) {
    opener = now;
  }

  void handler(Handler now) {
    handler = now;
  }

  void placed(SimLoop on) {
    loop = on;
  }

  /** Input of the loop it lives on by then: an accepted link may have been placed anew. */
  private void post(Runnable what) {
    var on = loop;
    on.input(
        () -> {
          if (on == loop) {
            what.run();
          } else {
            post(what);
          }
        });
  }

  void peer(Peer known) {
    peer = known;
  }

  void joined(Connection to, Pipe outbound, Pipe inbound) {
    connection = to;
    out = outbound;
    in = inbound;
  }

  @Nullable Pipe outbound() {
    return out;
  }

  /** Starts the clock of a phase; the one before is over. */
  void limit(long nanos, String reason) {
    limitReason = reason;
    simulation.after(limit, nanos);
  }

  private void limitReached() {
    if (state == State.CLOSING) {
      abandon(Optional.empty());
    } else if (state == State.OPENING) {
      abort(new DisconnectedException(limitReason, ErrorContext.peer(peer.address().toString())));
    }
  }

  /** Bytes outside the framing. */
  void writeRaw(byte[] bytes) {
    enqueue(bytes);
    flush();
  }

  /** Ready for messages; {@code rest} came with the last of the opening. */
  void open(byte[] rest) {
    simulation.cancel(limit);
    opener = null;
    state = State.OPEN;
    framing = spec.framing().start(dialer, spec.maxMessage(), loop.random());
    guarded(() -> handler().opened(this));
    if (rest.length > 0 && state == State.OPEN) {
      decode(rest);
      batchEnd();
    }
    arrived();
  }

  private Handler handler() {
    var known = handler;
    if (known == null) {
      throw new IllegalStateException("a link without a handler");
    }
    return known;
  }

  // ---- reading

  /** Something came: bytes, or their end. Any moment. */
  void arrived() {
    if (!readPosted && state != State.ENDED) {
      readPosted = true;
      post(this::read);
    }
  }

  private void read() {
    readPosted = false;
    var from = in;
    if (from == null) {
      return;
    }
    boolean any = false;
    for (int budget = READ_BATCH; budget > 0 && mayRead(); ) {
      var bytes = from.read(budget);
      if (bytes == null) {
        break;
      }
      budget -= bytes.length;
      if (state == State.OPENING) {
        opening(bytes);
      } else if (state == State.OPEN) {
        decode(bytes);
        any = true;
      }
    }
    if (any) {
      batchEnd();
    }
    if (!mayRead()) {
      return;
    }
    if (from.hasArrived()) {
      arrived();
    } else if (from.isAtEnd()) {
      peerEnded();
    }
  }

  private boolean mayRead() {
    return switch (state) {
      case OPENING -> opener != null && opener.isReading();
      case OPEN -> reading;
      case CLOSING -> true;
      case ENDED -> false;
    };
  }

  private void opening(byte[] bytes) {
    var with = opener;
    if (with != null) {
      guarded(() -> with.read(bytes));
    }
  }

  private void decode(byte[] bytes) {
    var buffer = Unpooled.wrappedBuffer(bytes);
    var with = framing;
    guarded(
        () -> {
          if (with != null) {
            with.decode(buffer, this);
          }
        });
    if (buffer.refCnt() != 1) {
      throw new AssertionError("a lent buffer was retained or released: copy what you keep");
    }
    buffer.release();
    // Who kept a part of what was lent finds rubbish there.
    Arrays.fill(bytes, (byte) 0xdd);
    if (goodbye && state == State.OPEN) {
      endCleanly();
    }
  }

  @Override
  public void message(ByteBuf part, boolean last) {
    if (state == State.OPEN && !goodbye) {
      handler().message(this, part, last);
    }
  }

  @Override
  public void answer(ByteBuf frame) {
    if (state == State.OPEN) {
      enqueue(bytes(frame));
      postFlush();
    }
    frame.release();
  }

  @Override
  public void ended() {
    goodbye = true;
  }

  private void batchEnd() {
    if (state == State.OPEN) {
      guarded(() -> handler().batchEnd(this));
    }
  }

  /** Runs what may throw; an exception ends this link and nothing else. */
  private void guarded(Runnable what) {
    try {
      what.run();
    } catch (SennitException e) {
      abort(e);
    } catch (RuntimeException e) {
      abort(new DisconnectedException("the handler failed: " + e, context(), e));
    }
  }

  private void peerEnded() {
    if (state == State.CLOSING) {
      abandon(Optional.empty());
      return;
    }
    if (state == State.OPENING) {
      var with = opener;
      abort(
          with == null
              ? new DisconnectedException("ended while opening", context())
              : with.ended(context()));
      return;
    }
    try {
      if (framing != null) {
        framing.end();
      }
    } catch (ProtocolException e) {
      abort(e);
      return;
    }
    endCleanly();
  }

  /** The peer is done: so are we, when what can still be sent is. */
  private void endCleanly() {
    pour();
    finish();
    end(Optional.empty());
  }

  // ---- writing

  @Override
  public void write(ByteBuf message) {
    loop.check();
    if (state != State.OPEN || framing == null) {
      message.release();
      return;
    }
    if (!message.hasArray()) {
      message.release();
      throw new IllegalArgumentException("a message that is not heap-backed");
    }
    if (queue.bytes() >= spec.maxQueuedBytes()) {
      message.release();
      abort(
          new DisconnectedException(
              queue.bytes() + " bytes queued of " + spec.maxQueuedBytes(), context()));
      return;
    }
    framing.encode(
        message,
        buffer -> {
          enqueue(bytes(buffer));
          buffer.release();
        });
    postFlush();
  }

  private static byte[] bytes(ByteBuf buffer) {
    var bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    return bytes;
  }

  private void enqueue(byte[] bytes) {
    queue.add(bytes);
    wasUnwritable |= queue.bytes() >= LOW_MARK;
  }

  private void postFlush() {
    if (!flushPosted) {
      flushPosted = true;
      loop.flushAtEnd(this::flush);
    }
  }

  @Override
  public void flush() {
    loop.check();
    flushPosted = false;
    if (state == State.ENDED) {
      return;
    }
    pour();
    if (state == State.OPEN && wasUnwritable && queue.bytes() < LOW_MARK) {
      wasUnwritable = false;
      post(this::tellWritable);
    }
    if (state == State.CLOSING && queue.isEmpty()) {
      finish();
    }
    if (!queue.isEmpty() && !stall.isScheduled()) {
      simulation.after(stall, spec.stall().toNanos());
    }
  }

  private void tellWritable() {
    if (state == State.OPEN && writable()) {
      guarded(() -> handler().writable(this));
    }
  }

  private void pour() {
    if (out != null) {
      queue.pour(out);
    }
  }

  private void finish() {
    var to = out;
    if (to != null) {
      to.end();
    }
  }

  boolean wantsSpace() {
    return !queue.isEmpty() && state != State.ENDED;
  }

  /** The peer read something, so the kernel takes more. */
  void spaceFreed() {
    post(this::flush);
  }

  private void checkStall() {
    if (queue.isEmpty() || state == State.ENDED) {
      return;
    }
    long left = spec.stall().toNanos() - queue.waited();
    if (left > 0) {
      simulation.after(stall, left);
    } else {
      abort(
          new DisconnectedException(
              "stalled: " + queue.bytes() + " bytes queued and none left for " + spec.stall(),
              context()));
    }
  }

  @Override
  public long queuedBytes() {
    return queue.bytes();
  }

  @Override
  public boolean writable() {
    return queue.bytes() < LOW_MARK;
  }

  @Override
  public void read(boolean on) {
    loop.check();
    reading = on;
    if (on) {
      arrived();
    }
  }

  // ---- ending

  private @Nullable SennitException ending; // of an end that is not the engine's wish

  @Override
  public void close() {
    loop.check();
    if (state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    limit(spec.stall().toNanos(), "");
    flush();
    arrived();
  }

  /** Sends the last word of an opening that failed, and ends. */
  void refuse(byte[] lastWords, SennitException why) {
    writeRaw(lastWords);
    finish();
    end(Optional.of(why));
  }

  @Override
  public void abort(SennitException why) {
    loop.check();
    abandon(Optional.of(why));
  }

  private void abandon(Optional<SennitException> why) {
    if (state != State.ENDED) {
      if (out != null) {
        out.reset();
      }
      end(why);
    }
  }

  /** Its fabric was closed under it: what is queued leaves and the end is said. */
  void fabricClosed(SennitException why) {
    if (state == State.OPEN) {
      ending = why;
      loop.input(this::close);
    } else if (state == State.OPENING) {
      fabricCutOff(why);
    }
  }

  /** It has not ended in the time that a closed fabric gives it. */
  void fabricCutOff(SennitException why) {
    abandon(Optional.of(why));
  }

  /** The process died: its kernel says so, or nobody does. */
  void processDied(boolean silently, boolean politely) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    if (framing != null) {
      framing.release();
    }
    if (in != null) {
      in.dropArrived();
    }
    if (out != null) {
      if (silently) {
        out.dropAll();
      } else if (politely) {
        out.end();
      } else {
        out.reset();
      }
    }
    simulation.cancel(limit);
    simulation.cancel(stall);
    gone();
  }

  /** The network says it is over; what has arrived may or may not still be read. */
  void reset(String why) {
    if (state != State.ENDED) {
      post(
          () -> {
            if (state != State.ENDED) {
              end(Optional.of(new DisconnectedException(why, context())));
            }
          });
    }
  }

  void cutConnection() {
    if (connection != null) {
      connection.cut();
    }
  }

  private void end(Optional<SennitException> why) {
    boolean byUs = state == State.CLOSING;
    state = State.ENDED;
    opener = null;
    queue.clear();
    if (framing != null) {
      framing.release();
    }
    if (in != null) {
      in.dropArrived();
    }
    simulation.cancel(limit);
    simulation.cancel(stall);
    gone();
    var told = handler;
    if (told != null) {
      var own = ending == null ? Optional.<SennitException>empty() : Optional.of(ending);
      var reason = byUs || own.isPresent() ? own : why;
      post(() -> told.closed(this, reason));
    }
  }

  private void gone() {
    life.ended(this);
    if (connection != null) {
      connection.endGone();
    }
  }

  boolean isGone() {
    return state == State.ENDED || life.isDead();
  }

  boolean isOpening() {
    return state == State.OPENING;
  }

  ErrorContext context() {
    return ErrorContext.peer(peer.address().toString());
  }

  @Override
  public SimLoop loop() {
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
  public String toString() {
    return life.name() + (dialer ? "->" : "<-") + peer.address();
  }
}
