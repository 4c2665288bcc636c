package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.ProtocolException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.grid.IncorrectSequenceException;
import io.sennit.grid.InlineOutput;
import io.sennit.grid.InlineStream;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.SubrouteId;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The caller's end of a stream; grid.md §4.4. */
public final class ClientMux extends Mux implements PendingTable.Pending {
  private static final long MAX_DEADLINE_MS = 0xffff_ffffL;

  private final int handler;
  private final @Nullable SubrouteId subroute;
  private byte[] first; // until it was written
  private final int firstLength;
  private long cost; // in the queue's budget, while it is there
  private final int inCapacity;
  private final long timeoutNanos; // 0: none
  private @Nullable Function<InlineOutput<byte[]>, InlineStream<byte[]>> code;
  private long mux;
  private final long started;
  private boolean begun;
  private boolean opened; // the message that opens it was written
  private boolean acknowledged;
  private boolean opening; // its first payload waits or travels in parts
  private boolean less; // than its announced window is what the server may send ahead
  private long lastPing;

  /**
   * Not begun yet; hand it to {@link Channel#offer}.
   *
   * @param inCapacity items the handler lets this side send ahead; 0: the stream has no input
   * @param outCapacity items this side lets the handler send ahead
   * @param timeoutNanos 0 for none
   */
  public ClientMux(
      Channel channel,
      int handler,
      @Nullable SubrouteId subroute,
      byte[] first,
      int inCapacity,
      int outCapacity,
      long timeoutNanos) {
    super(channel, Math.max(1, outCapacity));
    this.handler = handler;
    this.subroute = subroute;
    this.first = first;
    this.firstLength = first.length;
    this.cost = first.length + (long) ClientCall.OVERHEAD;
    this.inCapacity = inCapacity;
    this.timeoutNanos = timeoutNanos;
    this.started = channel.now();
  }

  /** Runs this end's code on the loop; before it is handed over. */
  public void serveInline(Function<InlineOutput<byte[]>, InlineStream<byte[]>> start) {
    code = start;
  }

  /** Whether this side may send items. */
  public boolean hasInput() {
    return inCapacity > 0;
  }

  int firstLength() {
    return firstLength;
  }

  /** Bytes it takes from the queue's budget to begin. */
  public long cost() {
    return cost;
  }

  @Override
  void arrived(Channel channel) {
    channel.arrived();
    if (isGone()) {
      channel.outlet().release(cost());
      return;
    }
    begun = true;
    lastPing = channel.loop().nanoTime();
    heard();
    mux = channel.pending().nextMux();
    channel.pending().add(this);
    channel.counts().calls++;
    if (timeoutNanos > 0) {
      channel.wheel().arm(this, timeoutNanos - (channel.loop().nanoTime() - started));
    }
    less = openWindow();
    int seq = nextSeq();
    if (channel.outlet().inParts() && first.length > Outlet.PARTS_OVER) {
      hold();
      opening = true;
      channel.outlet().data(new Opening(seq));
    } else {
      writeConnect(channel.outlet(), seq, 0, 0);
      channel.outlet().release(cost());
    }
    if (inCapacity == 0) {
      handoff().endOutput();
    }
    var start = code;
    if (start != null) {
      inline(start::apply);
    }
  }

  @Override
  void codeThrew(Throwable e) {
    stop(
        e instanceof SennitException why
            ? why
            : new CancelledException("the stream's code threw " + e, context(Outcome.UNKNOWN), e));
  }

  @Override
  boolean endsBySending() {
    return false;
  }

  @Override
  void checkSends() {
    if (!hasInput()) {
      throw noInput();
    }
  }

  /** What one gets who sends where the handler takes nothing. */
  public static RejectedException noInput() {
    return new RejectedException(
        "the stream takes no input",
        ErrorContext.advice("Give its handler an input capacity above zero."));
  }

  private void writeConnect(Outlet out, int seq, int from, int more) {
    opened = true;
    long left = timeoutNanos - (channel().loop().nanoTime() - started);
    long ms = timeoutNanos == 0 ? 0 : Math.max(1, (left + 999_999) / 1_000_000);
    out.message(
        mux,
        seq,
        (int) Math.min(ms, MAX_DEADLINE_MS),
        handler,
        Op.CONNECT_MUX.code(),
        (inCapacity == 0 ? Flags.EOF : 0)
            | (less ? Flags.CREDIT_FOLLOWS : 0)
            | Outlet.zero(first)
            | more,
        first,
        from,
        subroute);
    first = Payload.ABSENT;
    if (less) {
      sayWindow();
    }
  }

  /** A first payload that is given up before it was written leaves the queue at once. */
  @Override
  void left() {
    if (opening) {
      opening = false;
      channel().outlet().givenUp(cost);
      cost = 0;
      first = Payload.ABSENT;
    }
    super.left();
  }

  /** A large first payload, which travels in parts like a call's; nothing passes it. */
  private final class Opening implements Sendable {
    private final int seq;

    Opening(int seq) {
      this.seq = seq;
    }

    @Override
    public boolean wanted() {
      return !isGone();
    }

    @Override
    public byte[] payload() {
      return first;
    }

    @Override
    public long cost() {
      return ClientMux.this.cost();
    }

    @Override
    public long mux() {
      return mux;
    }

    @Override
    public int partOp() {
      return Op.PART_TO_SERVER.code();
    }

    @Override
    public void write(Outlet out, int from, int flags) {
      opening = false;
      writeConnect(out, seq, from, flags);
      unhold();
    }

    @Override
    public void abandon(Outlet out) {
      out.control(Op.DISCONNECT_SERVER_MUX.code(), mux, 0, 0, Payload.ABSENT);
    }
  }

  /** What is known of its handler when it ends without the server's word. */
  private Outcome unheard() {
    return opened ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN;
  }

  @Override
  void tooLate(Channel channel, SennitException why) {
    channel.budget().give(cost());
    handoff().fail(why.in(context(Outcome.DID_NOT_RUN)));
  }

  @Override
  protected void expired() {
    stop(tooLong());
  }

  private DeadlineExceededException tooLong() {
    return new DeadlineExceededException(
        "deadline exceeded after " + Duration.ofNanos(timeoutNanos).toMillis() + " ms",
        acknowledged ? Phase.HANDLER : opened ? Phase.WIRE : Phase.QUEUED,
        context(unheard()));
  }

  /** The server says it is over, without a reason. */
  void dropped(SennitException why) {
    // The server keeps the same deadline and may be the first to notice that it has passed.
    boolean late = timeoutNanos > 0 && channel().loop().nanoTime() - started >= timeoutNanos;
    end(late ? tooLong() : why, Outcome.UNKNOWN);
  }

  @Override
  void cancelled(SennitException why) {
    if (!begun) {
      leave();
      handoff().fail(why.in(context(Outcome.DID_NOT_RUN)));
    } else {
      stop(why.in(context(unheard())));
    }
  }

  /** Ends it from this side and tells the server to cancel. */
  void stop(SennitException why) {
    if (leave()) {
      channel().pending().remove(this);
      channel().dropParts(mux);
      if (opened) { // else the outlet says so, if it has sent a part
        channel()
            .outlet()
            .control(Op.DISCONNECT_SERVER_MUX.code(), mux, nextSeq(), 0, Payload.ABSENT);
      }
      handoff().fail(why);
    }
  }

  /** Ends it because of what the peer said, or because the connection is gone. */
  void end(SennitException why, Outcome outcome) {
    if (leave()) {
      channel().pending().remove(this);
      channel().dropParts(mux);
      if (isMidParts()) {
        channel().outlet().control(Op.DISCONNECT_SERVER_MUX.code(), mux, 0, 0, Payload.ABSENT);
      }
      handoff().fail(why.in(context(opened ? outcome : Outcome.DID_NOT_RUN)));
    }
  }

  // --- what the server sends ---

  void acked(Envelope message) {
    if (!counted(message) || acknowledged) {
      return;
    }
    acknowledged = true;
    if (inCapacity > 0) {
      boolean follows = channel().byteCredits() && message.has(Flags.CREDIT_FOLLOWS);
      handoff().grant(follows ? 0 : channel().byteCredits() ? channel().peerWindow() : inCapacity);
    }
  }

  void unblocked(Envelope message) {
    if (counted(message)) {
      credited(message);
    }
  }

  void item(Envelope message) {
    if (!counted(message)) {
      return;
    }
    heard();
    if (message.has(Flags.ERROR)) {
      var words =
          message.has(Flags.PARTS) ? channel().finishParts(message, false) : message.payload();
      if (words != null) {
        end(new RemoteException(Errors.read(words), ErrorContext.NONE), Outcome.RAN);
      }
      return;
    }
    boolean last = message.has(Flags.EOF);
    if (message.hasPayload() || message.has(Flags.PARTS)) {
      var payload =
          message.has(Flags.PARTS) ? channel().finishParts(message, false) : message.payload();
      if (payload == null) {
        return; // there was no room for it, which ended the stream
      }
      switch (admit(payload.length)) {
        case TAKEN -> deliver(payload);
        case BEYOND_CREDIT -> {
          stop(
              new ProtocolException(
                  "stream", -1, "the server sent more than its credit", context(Outcome.UNKNOWN)));
          return;
        }
        case BUSY -> {
          stop(Busy.here(Busy.RECEIVED, channel().remoteHost()).in(context(Outcome.UNKNOWN)));
          return;
        }
      }
    }
    if (last && leave()) {
      channel().pending().remove(this);
      if (isMidParts()) {
        channel().outlet().control(Op.DISCONNECT_SERVER_MUX.code(), mux, 0, 0, Payload.ABSENT);
      }
      handoff().endInput();
      handoff().endOutput();
    }
  }

  private boolean counted(Envelope message) {
    if (inSequence(message)) {
      return true;
    }
    stop(
        new IncorrectSequenceException(
            expectedSeq() & 0xffff_ffffL, message.seq() & 0xffff_ffffL, context(Outcome.UNKNOWN)));
    return false;
  }

  // --- liveness, grid.md §4.8 ---

  /** Pings it if that is due; ends it if nothing was heard for two intervals. */
  void tick(long now, long interval) {
    if (timeoutNanos > 0 && timeoutNanos <= interval) {
      return;
    }
    if (!opened) {
      heard(); // there is nobody yet who could be heard
      return;
    }
    if (now - lastHeard() > 2 * interval) {
      stop(
          new io.sennit.core.DisconnectedException(
              "the stream was not heard of for "
                  + Duration.ofNanos(now - lastHeard()).toMillis()
                  + " ms",
              context(Outcome.UNKNOWN)));
    } else if (now - lastPing >= interval) {
      lastPing = now;
      channel().outlet().control(Op.PING.code(), mux, nextSeq(), 0, Payload.ABSENT);
    }
  }

  private ErrorContext context(Outcome outcome) {
    var elapsed = begun ? Duration.ofNanos(channel().loop().nanoTime() - started) : Duration.ZERO;
    return new ErrorContext(
        channel().remoteHost(),
        "stream " + handler + (subroute == null ? "" : " on a subroute"),
        elapsed,
        outcome,
        outcome == Outcome.DID_NOT_RUN ? "It may be tried again." : "");
  }

  @Override
  public long mux() {
    return mux;
  }

  @Override
  public boolean isSent() {
    return opened;
  }

  @Override
  int itemOp() {
    return Op.MUX_CLIENT_MSG.code();
  }

  @Override
  int creditOp() {
    return Op.UNBLOCK_SERVER_MUX.code();
  }

  @Override
  int partOp() {
    return Op.PART_TO_SERVER.code();
  }

  @Override
  void wroteEnd(boolean error) {
    handoff().endOutput(); // half closed: results still come
  }

  /** Ends this side's direction; needs no credit. */
  public void endInput() throws InterruptedException {
    if (hasInput()) {
      finish(null);
    }
  }
}
