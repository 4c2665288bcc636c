package io.sennit.grid.engine;

import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.Op;
import io.sennit.grid.wire.SubrouteId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A single call, from its beginning to its one end: node of the outbox, entry of the pending table
 * and of the deadline wheel, and the thing its caller waits on, in one object.
 * docs/protocol/grid.md §4.2.
 */
public abstract class ClientCall extends Work implements Sendable, PendingTable.Pending {
  /** What a call takes from the queue's budget beyond its payload. */
  public static final int OVERHEAD = 64;

  private static final long MAX_DEADLINE_MS = 0xffff_ffffL;

  private final int handler;
  private final @Nullable SubrouteId subroute;
  private byte[] payload;
  private boolean givenBack; // its bytes, to the queue's budget
  private final long timeoutNanos;
  private @Nullable Channel channel;
  private long mux;
  private final long started;
  private boolean sent;
  private boolean ended;

  /**
   * Not begun yet.
   *
   * @param handler 1 to 255
   * @param subroute its key, or null
   * @param payload borrowed until the call has ended
   * @param timeoutNanos more than zero
   * @param startedNanos when it began, on its channel's clock; see {@link Channel#now}
   */
  protected ClientCall(
      int handler,
      @Nullable SubrouteId subroute,
      byte[] payload,
      long timeoutNanos,
      long startedNanos) {
    this.handler = handler;
    this.subroute = subroute;
    this.payload = payload;
    this.timeoutNanos = timeoutNanos;
    this.started = startedNanos;
  }

  /** The answer; given. On the loop, once, instead of {@link #failed}. */
  protected abstract void succeeded(byte[] reply);

  /** The failure. On the loop, once, instead of {@link #succeeded}. */
  protected abstract void failed(SennitException why);

  /** The call's name in errors. */
  protected String operation() {
    return "call " + handler + (subroute == null ? "" : " on a subroute");
  }

  @Override
  void arrived(Channel channel) {
    channel.arrived();
    this.channel = channel;
    if (ended) { // cancelled before it arrived
      channel.outlet().release(cost());
      return;
    }
    mux = channel.pending().nextMux();
    channel.pending().add(this);
    channel.counts().calls++;
    channel.wheel().arm(this, timeoutNanos - (channel.loop().nanoTime() - started));
    channel.outlet().data(this);
  }

  @Override
  void tooLate(Channel channel, SennitException why) {
    channel.budget().give(cost());
    if (!ended) {
      ended = true;
      failed(why.in(context(channel, Outcome.DID_NOT_RUN)));
    }
  }

  @Override
  protected void expired() {
    var phase = sent ? Phase.WIRE : Phase.QUEUED;
    var channel = ended();
    channel.dropParts(mux);
    if (sent) {
      channel.tellCancelled(mux);
    }
    failed(
        new DeadlineExceededException(
            "deadline exceeded after "
                + Duration.ofNanos(timeoutNanos).toMillis()
                + " ms, "
                + (sent ? "waiting for the answer" : "waiting in the queue"),
            phase,
            context(channel, sent ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN)));
  }

  /** The caller gave it up; on the loop. */
  void cancel(Channel where) {
    if (ended) {
      return;
    }
    if (channel == null) {
      ended = true;
      failed(new CancelledException("cancelled", context(where, Outcome.DID_NOT_RUN)));
      return;
    }
    ended();
    where.dropParts(mux);
    if (sent) {
      where.tellCancelled(mux);
    }
    failed(
        new CancelledException(
            "cancelled", context(where, sent ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN)));
  }

  /** The peer answered. */
  void answered(byte[] reply) {
    ended();
    succeeded(reply);
  }

  /** It ends with an error; its outcome is set here. */
  void end(SennitException why, Outcome outcome) {
    var channel = ended();
    failed(why.in(context(channel, outcome)));
  }

  /** It ends because its connection did. */
  void lost(SennitException why) {
    end(why, sent ? Outcome.UNKNOWN : Outcome.DID_NOT_RUN);
  }

  private Channel ended() {
    var where = channel;
    if (where == null || ended) {
      throw new IllegalStateException("a call ends once, after it began");
    }
    ended = true;
    if (!sent && where.outlet().inParts() && payload.length > Outlet.PARTS_OVER) {
      // It may wait until parts may go, which the peer decides: its bytes do not.
      where.outlet().givenUp(cost());
      givenBack = true;
      payload = io.sennit.grid.Payload.ABSENT;
    }
    where.pending().remove(this);
    where.wheel().cancel(this);
    return where;
  }

  private ErrorContext context(Channel where, Outcome outcome) {
    long elapsed = Math.max(0, where.loop().nanoTime() - started);
    return new ErrorContext(
        where.remoteHost(), operation(), Duration.ofNanos(elapsed), outcome, advice(outcome));
  }

  private static String advice(Outcome outcome) {
    return switch (outcome) {
      case DID_NOT_RUN -> "It may be tried again.";
      case RAN -> "";
      case UNKNOWN -> "Retry only what is safe to do twice.";
    };
  }

  @Override
  public final boolean wanted() {
    return !ended;
  }

  @Override
  public final boolean isSent() {
    return sent;
  }

  @Override
  public final byte[] payload() {
    return payload;
  }

  @Override
  public final long cost() {
    return givenBack ? 0 : payload.length + (long) OVERHEAD;
  }

  @Override
  public final long mux() {
    return mux;
  }

  @Override
  public final int partOp() {
    return Op.PART_TO_SERVER.code();
  }

  @Override
  public final void write(Outlet out, int from, int flags) {
    var where = channel;
    long elapsed = where == null ? 0 : where.loop().nanoTime() - started;
    long leftMs = Math.max(1, (timeoutNanos - elapsed + 999_999) / 1_000_000);
    sent = true;
    out.message(
        mux,
        0,
        (int) Math.min(leftMs, MAX_DEADLINE_MS),
        handler,
        Op.REQUEST.code(),
        Flags.EOF | flags,
        payload,
        from,
        subroute);
  }

  @Override
  public final void abandon(Outlet out) {
    out.control(Op.DISCONNECT_SERVER_MUX.code(), mux, 0, 0, io.sennit.grid.Payload.ABSENT);
  }
}
