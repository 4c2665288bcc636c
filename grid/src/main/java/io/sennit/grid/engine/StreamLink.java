package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.link.MessageLink;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Peer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A link that is a stream. It lives on its own loop; the stream lives on its channel's; between
 * them goes one wake-up a batch.
 */
final class StreamLink implements Link {
  private static final int WHOLE = MessageLink.WHOLE;
  private static final int BATCH = 256;

  private final Loop loop;
  private final Peer peer;
  private final LinkSpec spec;
  private final OpenLinks open;
  private final long number; // among the open ones
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Runnable turn = this::turn;
  private final Runnable flush = this::flush;
  private Loop.@Nullable Timer timer; // made on the loop, which dialing may happen off
  private Links.@Nullable Acceptor acceptor;
  private @Nullable Handler handler;
  private @Nullable Mux mux;
  private @Nullable Gate end; // where an accepted stream's thread waits
  private volatile boolean over;
  private volatile @Nullable SennitException failure;
  private @Nullable SennitException managerEnd; // why it is closing, if that is why
  private boolean opened;
  private boolean closing;
  private boolean endSaid; // to the acceptor, whose end is awaited
  private boolean gone; // from the manager's open links
  private boolean reading = true;
  private boolean wasFull;
  private long queued;
  private long progressAt;
  private long messagesIn;
  private long messagesOut;
  private long bytesIn;
  private long bytesOut;

  /** Dialed. */
  StreamLink(OpenLinks open, Loop loop, Address to, LinkSpec spec, Handler handler) {
    this.loop = loop;
    this.peer = Peer.at(to);
    this.spec = spec;
    this.open = open;
    this.handler = handler;
    this.number = open.nextNumber();
  }

  /** Accepted; learns its handler on its loop. */
  StreamLink(OpenLinks open, Loop loop, Address from, LinkSpec spec, Links.Acceptor acceptor) {
    this.loop = loop;
    this.peer = Peer.at(from);
    this.spec = spec;
    this.open = open;
    this.acceptor = acceptor;
    this.number = open.nextNumber();
  }

  // --- how it begins ---

  /** From now on its manager waits for its end; once, before anything else. */
  void begin() {
    open.begun(number, this);
  }

  /** The stream was begun; from a user thread. */
  void dialed(ClientMux stream) {
    loop.execute(
        () -> {
          if (over) {
            stream.cancel(new CancelledException("given up while dialing", ErrorContext.NONE));
            return; // not its stream
          }
          mux = stream;
          patience().arm(spec.handshake().toNanos());
          stream.handoff().onChange(this::wake);
        });
  }

  /** The stream has arrived; on the loop. */
  void accepted(ServerMux stream) {
    mux = stream;
    stream.handoff().onChange(this::wake);
    var door = acceptor;
    if (door == null || over) {
      return;
    }
    try {
      handler = door.accept(this);
    } catch (RejectedException e) {
      finish(Optional.of(e));
      return;
    }
    open();
  }

  /** On an accepted stream's thread: until the link is over, and how. */
  void awaitEnd(ServerMux stream) throws InterruptedException {
    var gate = new Gate(stream.channel().runner());
    end = gate;
    loop.execute(gate::signal); // the loop may have been first
    gate.await(() -> over);
    var why = failure;
    if (why != null) {
      throw why;
    }
  }

  private void open() {
    opened = true;
    progressAt = loop.nanoTime();
    if (handler != null) {
      handler.opened(this);
    }
  }

  private Loop.Timer patience() {
    var made = timer;
    if (made == null) {
      made = loop.timer(this::stalled);
      timer = made;
    }
    return made;
  }

  // --- turns ---

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      loop.execute(turn);
    }
  }

  private void turn() {
    woken.set(false);
    var stream = mux;
    if (stream == null) {
      return;
    }
    if (over) {
      goneIfEnded();
      return;
    }
    if (!opened) {
      if (stream.handoff().hasCredit()) {
        patience().cancel();
        open();
      } else if (stream.handoff().isEnded()) {
        finish(Optional.of(reason(stream)));
        return;
      } else {
        return;
      }
    }
    deliver(stream);
    if (!over) {
      flush();
    }
  }

  private void deliver(Mux stream) {
    var to = handler;
    if (to == null) {
      return;
    }
    int count = 0;
    while (reading && !over && !closing && count < BATCH) {
      var item = stream.poll();
      if (item == null) {
        break;
      }
      count++;
      messagesIn++;
      bytesIn += item.length;
      if (item.length > spec.maxMessage()) {
        abort(new ProtocolException("message", -1, "longer than " + spec.maxMessage() + " bytes"));
        return;
      }
      hand(to, item);
    }
    if (count > 0 && !over) {
      to.batchEnd(this);
    }
    if (count == BATCH) {
      wake();
    } else if (!over && stream.handoff().isEnded()) {
      if (closing) {
        stream.handoff().drop();
      }
      if (stream.handoff().isDrained()) {
        var why = stream.handoff().failure();
        finish(why == null || closing ? Optional.empty() : Optional.of(reason(stream)));
      }
    }
  }

  private void hand(Handler to, byte[] item) {
    try {
      var whole = Unpooled.wrappedBuffer(item);
      for (int from = 0; from < item.length || from == 0; from += WHOLE) {
        int n = Math.min(WHOLE, item.length - from);
        to.message(this, whole.slice(from, n), from + n == item.length);
        if (over) {
          return;
        }
      }
    } catch (SennitException e) {
      abort(e);
    } catch (RuntimeException e) {
      System.getLogger(StreamLink.class.getName())
          .log(System.Logger.Level.WARNING, "a handler of " + peer.address() + " failed", e);
      abort(new DisconnectedException("the handler failed: " + e, ErrorContext.NONE, e));
    }
  }

  private SennitException reason(Mux stream) {
    var why = stream.handoff().failure();
    return switch (why) {
      case null -> new DisconnectedException("the peer ended the link", ErrorContext.NONE);
      case DisconnectedException e -> e;
      case RemoteException e when !opened && e.outcome() == Outcome.RAN ->
          new RejectedException(
              "refused: " + e.text(), ErrorContext.peer(peer.address().toString()));
      default ->
          new DisconnectedException(
              "remote disconnected: " + why.what(),
              ErrorContext.peer(peer.address().toString()),
              why);
    };
  }

  // --- writing ---

  @Override
  public void write(ByteBuf message) {
    var bytes = new byte[message.readableBytes()];
    message.readBytes(bytes);
    message.release();
    if (over || closing) {
      return;
    }
    if (queued > spec.maxQueuedBytes()) {
      abort(
          new DisconnectedException(
              "more than " + spec.maxQueuedBytes() + " bytes wait for the peer",
              ErrorContext.peer(peer.address().toString())));
      return;
    }
    if (queue.isEmpty()) {
      progressAt = loop.nanoTime();
      patience().arm(spec.stall().toNanos());
      loop.atTurnEnd(flush);
    }
    queue.add(bytes);
    queued += bytes.length;
    messagesOut++;
    bytesOut += bytes.length;
    wasFull |= queued >= MessageLink.LOW_MARK;
  }

  @Override
  public void flush() {
    var stream = mux;
    if (over || stream == null || !opened) {
      return;
    }
    while (!queue.isEmpty() && stream.trySend(queue.peek())) {
      queued -= queue.poll().length;
      progressAt = loop.nanoTime();
    }
    if (queue.isEmpty()) {
      if (closing) {
        ended(stream);
        return;
      }
      patience().cancel();
    }
    if (wasFull && queued < MessageLink.LOW_MARK) {
      wasFull = false;
      if (handler != null) {
        handler.writable(this);
      }
    }
  }

  private void stalled() {
    if (!over && !opened) {
      finish(
          Optional.of(
              new DeadlineExceededException(
                  "no answer to the link's opening within " + spec.handshake().toMillis() + " ms",
                  Phase.CONNECTING,
                  ErrorContext.peer(peer.address().toString()))));
      return;
    }
    if (over || (queue.isEmpty() && !closing)) {
      return;
    }
    long silent = loop.nanoTime() - progressAt;
    if (silent >= spec.stall().toNanos()) {
      abort(
          new DisconnectedException(
              "stalled: nothing was taken for " + silent / 1_000_000 + " ms",
              ErrorContext.peer(peer.address().toString())));
    } else {
      patience().arm(spec.stall().toNanos() - silent);
    }
  }

  // --- how it ends ---

  @Override
  public void close() {
    if (over || closing) {
      return;
    }
    closing = true;
    progressAt = loop.nanoTime();
    patience().arm(spec.stall().toNanos());
    if (!opened) {
      finish(Optional.empty());
      return;
    }
    flush();
  }

  /**
   * The manager it rides on closes: it sends what it was given and says its end, and its handler
   * hears that the manager was closed; any thread.
   */
  void managerClosed() {
    loop.execute(
        () -> {
          if (over || closing) {
            return;
          }
          managerEnd = GridEngine.closing();
          if (opened) {
            close();
          } else {
            finish(Optional.of(managerEnd));
          }
        });
  }

  /** The manager need not wait for it any more once its stream has said its end. */
  private void goneIfEnded() {
    var stream = mux;
    if (!gone && (stream == null || stream.handoff().isOver())) {
      gone = true;
      open.gone(number);
    }
  }

  /** Everything is sent: says so, and waits for the peer's end. */
  private void ended(Mux stream) {
    if (endSaid) {
      return;
    }
    if (stream instanceof ClientMux) {
      endSaid = true;
      stream.finishNow();
      patience().arm(spec.stall().toNanos());
      wake();
    } else {
      finish(Optional.empty()); // its thread returns, and that ends the stream
    }
  }

  @Override
  public void abort(SennitException why) {
    if (!over) {
      finish(Optional.of(why));
    }
  }

  private void finish(Optional<SennitException> why) {
    if (over) {
      return;
    }
    failure = why.orElse(null);
    over = true;
    patience().cancel();
    queue.clear();
    queued = 0;
    var stream = mux;
    if (stream instanceof ClientMux && !stream.handoff().isOver()) {
      stream.cancel(
          why.orElseGet(() -> new CancelledException("the link was closed", ErrorContext.NONE)));
    }
    if (stream != null) {
      stream.handoff().drop();
    }
    var gate = end;
    if (gate != null) {
      gate.signal();
    }
    var to = handler;
    if (to != null) {
      var told = why.isPresent() ? why : Optional.ofNullable(managerEnd);
      loop.execute(() -> to.closed(this, told)); // never from inside a method of the link
    }
    goneIfEnded();
  }

  // --- what it is ---

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
  public long queuedBytes() {
    return queued;
  }

  @Override
  public boolean writable() {
    return opened && !over && !closing && queued < MessageLink.LOW_MARK;
  }

  @Override
  public Stats stats() {
    return new Stats(messagesIn, messagesOut, bytesIn, bytesOut);
  }

  @Override
  public void read(boolean on) {
    reading = on;
    if (on) {
      wake();
    }
  }
}
