package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.Deadline;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.grid.Caller;
import io.sennit.grid.Connection;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.Op;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The handler's end of a stream; grid.md §4.5. */
public final class ServerMux extends Mux implements Caller, Deadline, Runnable {
  private final Targets.Streaming target;
  private final long mux;
  private final long deadlineNanos; // on the loop's clock, 0: none
  private final long timeoutNanos; // as the caller sent it, 0: none
  private byte[] first; // until its handler has it
  private final boolean few; // its first credit comes apart
  private final long cost;
  private final boolean inputAllowed;
  private boolean inputDone;
  private @Nullable Future<?> thread;
  private volatile boolean cancelled;
  private final AtomicBoolean taken = new AtomicBoolean(); // its thread began, or never will
  private volatile boolean returned; // the handler
  private boolean costReleased;
  private boolean outlived; // by its handler; the channel counts it until that returns

  ServerMux(
      Channel channel, Targets.Streaming target, Envelope connect, byte[] first, long deadline) {
    super(channel, Math.max(1, target.inCapacity()));
    this.target = target;
    this.mux = connect.mux();
    this.first = first;
    this.cost = cost(first);
    this.few = connect.has(Flags.CREDIT_FOLLOWS);
    this.timeoutNanos = (connect.deadlineMs() & 0xffff_ffffL) * 1_000_000;
    this.deadlineNanos = deadline;
    this.inputAllowed = target.inCapacity() > 0 && !connect.has(Flags.EOF);
    startAt(connect.seq());
  }

  /** What a stream's handler makes this side hold beyond its items. */
  static long cost(byte[] first) {
    return first.length + (long) Held.HANDLER;
  }

  /** The way back to the loop of a handler that outlived its stream. */
  private static final class Returned extends Work {
    final ServerMux stream;

    Returned(ServerMux stream) {
      this.stream = stream;
    }

    @Override
    void arrived(Channel channel) {
      if (stream.outlived) {
        stream.outlived = false;
        channel.leaving(-1);
        stream.releaseHeld();
      }
    }

    @Override
    void tooLate(Channel channel, SennitException why) {
      arrived(channel); // what it holds counts for its peer, connected or not
    }
  }

  /** Acknowledges the stream and starts its handler. */
  void start() {
    heard();
    skipReceived(); // the connect itself took the first number of the caller's sequence
    boolean less = inputAllowed && openWindow();
    int flags = less ? Flags.CREDIT_FOLLOWS : 0;
    channel().outlet().control(Op.ACK_MUX.code(), mux, nextSeq(), flags, Payload.ABSENT);
    if (less) {
      sayWindow();
    }
    if (!channel().byteCredits()) {
      handoff().grant(Math.max(1, target.outCapacity()));
    } else if (!few) {
      handoff().grant(channel().peerWindow());
    }
    if (!inputAllowed) {
      inputDone = true;
      handoff().endInput();
    }
    if (timeoutNanos > 0) {
      channel().wheel().arm(this, timeoutNanos);
    }
    switch (target.code()) {
      case Targets.StreamCode code -> thread = channel().runner().start(target.name(), this);
      case Targets.InlineCode code -> {
        var payload = takeFirst();
        inline(out -> code.begin(payload, out, this));
      }
    }
  }

  private byte[] takeFirst() {
    var payload = first;
    first = Payload.ABSENT;
    return payload;
  }

  /** On the handler's thread. */
  @Override
  public void run() {
    if (!(target.code() instanceof Targets.StreamCode code) || !taken.compareAndSet(false, true)) {
      return; // cancelled before it began
    }
    byte @org.jspecify.annotations.Nullable [] error = null;
    var payload = takeFirst();
    try {
      if (deadlineNanos == 0) {
        code.handle(payload, this);
      } else {
        ScopedValue.where(Deadline.CURRENT, this)
            .call(
                () -> {
                  code.handle(payload, this);
                  return null;
                });
      }
    } catch (Throwable e) { // whatever happened, the caller is told
      error = Errors.bytes(e, channel());
    }
    returned = true;
    if (cancelled) {
      channel().offer(new Returned(this));
      return; // the caller has been told
    }
    try {
      // Towards an original peer the end costs a credit like an item; between Sennit peers not.
      if (channel().byteCredits() || handoff().takeCredit(1)) {
        finish(error);
      }
    } catch (InterruptedException | SennitException e) {
      // It was cancelled while its end waited: the caller has been told.
      cancel(new CancelledException("cancelled", ErrorContext.peer(channel().remoteHost())));
    }
  }

  @Override
  void arrived(Channel where) {
    throw new IllegalStateException("a server's stream does not travel through the outbox");
  }

  @Override
  void tooLate(Channel where, SennitException why) {
    throw new IllegalStateException("a server's stream does not travel through the outbox");
  }

  @Override
  protected void expired() {
    cancelled(
        new DeadlineExceededException(
            "the caller's deadline passed",
            Phase.HANDLER,
            ErrorContext.peer(channel().remoteHost())));
  }

  /** Cancels the handler and tells the caller its stream is over. */
  @Override
  void cancelled(SennitException why) {
    if (drop(why)) {
      channel().outlet().control(Op.DISCONNECT_CLIENT_MUX.code(), mux, 0, 0, Payload.ABSENT);
    }
  }

  /** Cancels the handler without a word: the caller knows. */
  boolean drop(SennitException why) {
    if (!leave()) {
      return false;
    }
    cancelled = true;
    channel().served(this);
    if (thread != null && !taken.compareAndSet(false, true) && !returned) {
      outlived = true;
      channel().leaving(1);
    } else {
      releaseHeld();
    }
    handoff().fail(why);
    var running = thread;
    if (running != null) {
      running.cancel(true);
    }
    return true;
  }

  /** What its handler holds is held until that returns. */
  @Override
  void left() {
    // see drop and wroteEnd
  }

  @Override
  void releaseHeld() {
    if (!costReleased) {
      costReleased = true;
      channel().received().give(cost);
    }
    super.releaseHeld();
  }

  /** There is no room for what the caller sends. */
  void busy() {
    channel()
        .outlet()
        .control(
            Op.DISCONNECT_CLIENT_MUX.code(),
            mux,
            0,
            Flags.ERROR,
            (Busy.PREFIX + Busy.RECEIVED).getBytes(StandardCharsets.UTF_8));
    drop(Busy.here(Busy.RECEIVED, channel().remoteHost()));
  }

  // --- what the caller sends ---

  /** Whether the message keeps the sequence; otherwise the stream ends here with an error. */
  boolean counted(Envelope message) {
    heard();
    if (inSequence(message)) {
      return true;
    }
    refuse(
        "receive sequence number mismatch. want %d, got %d"
            .formatted(expectedSeq() & 0xffff_ffffL, message.seq() & 0xffff_ffffL));
    return false;
  }

  void item(Envelope message) {
    if (!counted(message)) {
      return;
    }
    boolean last = message.has(Flags.EOF);
    if (message.has(Flags.PARTS) || message.hasPayload() || !last) {
      var payload =
          message.has(Flags.PARTS) ? channel().finishParts(message, true) : message.payload();
      if (payload == null) {
        return; // there was no room for it, which ended the stream
      }
      if (inputDone) {
        if (!last) {
          refuse("did not expect inbound message");
          return;
        }
      } else if (!last) { // a payload beside EOF is dropped, as the original does
        switch (admit(payload.length)) {
          case TAKEN -> deliver(payload);
          case BEYOND_CREDIT -> {
            refuse("handler blocked");
            return;
          }
          case BUSY -> {
            busy();
            return;
          }
        }
      }
    }
    if (last && !inputDone) {
      inputDone = true;
      handoff().endInput();
    }
  }

  void unblocked(Envelope message) {
    if (counted(message)) {
      credited(message);
    }
  }

  private void refuse(String text) {
    channel()
        .outlet()
        .control(
            Op.MUX_SERVER_MSG.code(),
            mux,
            nextSeq(),
            Flags.EOF | Flags.ERROR,
            text.getBytes(StandardCharsets.UTF_8));
    drop(new CancelledException(text, ErrorContext.peer(channel().remoteHost())));
  }

  /** Ends it if the caller did not ping for too long; grid.md §4.8. */
  void tick(long now, long limit) {
    if ((timeoutNanos == 0 || timeoutNanos > limit) && now - lastHeard() > limit) {
      cancelled(
          new io.sennit.core.DisconnectedException(
              "the caller was not heard of for "
                  + Duration.ofNanos(now - lastHeard()).toMillis()
                  + " ms",
              ErrorContext.peer(channel().remoteHost())));
    }
  }

  @Override
  void wroteEnd(boolean error) {
    if (leave()) {
      var code = inline();
      if (code != null) {
        code.finished();
      }
      channel().served(this);
      releaseHeld();
      handoff().endInput();
      handoff().endOutput();
      channel().outlet().control(Op.DISCONNECT_CLIENT_MUX.code(), mux, 0, 0, Payload.ABSENT);
    }
  }

  @Override
  void codeThrew(Throwable e) {
    var code = inline();
    if (code != null) {
      code.endWith(Errors.bytes(e, channel()));
    }
  }

  @Override
  boolean endsBySending() {
    return true;
  }

  @Override
  void checkSends() {
    // a handler always may
  }

  @Override
  public long mux() {
    return mux;
  }

  @Override
  int itemOp() {
    return Op.MUX_SERVER_MSG.code();
  }

  @Override
  int creditOp() {
    return Op.UNBLOCK_CLIENT_MUX.code();
  }

  @Override
  int partOp() {
    return Op.PART_TO_CLIENT.code();
  }

  @Override
  public String name() {
    return channel().remoteHost();
  }

  @Override
  public Connection connection() {
    return channel().remote().connection();
  }

  @Override
  public Optional<String> subroute() {
    return target.subroute();
  }

  @Override
  public Optional<Deadline> deadline() {
    return deadlineNanos == 0 ? Optional.empty() : Optional.of(this);
  }

  @Override
  public long remainingNanos() {
    return deadlineNanos - channel().runner().nanoTime();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
