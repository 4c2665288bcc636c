package io.sennit.grid.engine;

import io.sennit.core.Deadline;
import io.sennit.core.SennitException;
import io.sennit.grid.Caller;
import io.sennit.grid.Connection;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Flags;
import io.sennit.grid.wire.Op;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A peer's call while its handler runs on a thread of its own: the handler's caller and deadline,
 * the thread's task, and the way of the answer back through the outbox, in one object. grid.md
 * §4.3.
 */
final class ServerCall extends Work
    implements Sendable, Caller, Deadline, Runnable, ScopedValue.CallableOp<byte[], Exception> {
  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(ServerCall.class, "taken", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Channel channel;
  private final Targets.Single target;
  private final long mux;
  private final int seq;
  private final long deadlineNanos; // on the loop's clock, 0: none
  private byte[] payload; // the request until the handler has returned, then the answer
  private byte flags = Flags.EOF; // a byte: with an int a call would take 8 bytes more
  private final byte held; // what it is counted for in what the peer makes this side hold
  private @Nullable Future<?> thread;
  private volatile boolean cancelled;

  @SuppressWarnings("UnusedVariable") // by its handle: the thread began, or never will
  private volatile boolean taken;

  ServerCall(
      Channel channel,
      Targets.Single target,
      long mux,
      int seq,
      long deadlineNanos,
      byte[] request,
      byte held) {
    this.channel = channel;
    this.target = target;
    this.mux = mux;
    this.seq = seq;
    this.deadlineNanos = deadlineNanos;
    this.payload = request;
    this.held = held;
  }

  /** Starts the handler; on the loop. */
  void start() {
    if (deadlineNanos != 0) {
      channel.wheel().arm(this, deadlineNanos - channel.loop().nanoTime());
    }
    thread = channel.runner().start(target.name(), this);
  }

  /** On the handler's thread. */
  @Override
  public void run() {
    if (!TAKEN.compareAndSet(this, false, true)) {
      return; // cancelled before it began
    }
    try {
      payload = deadlineNanos == 0 ? call() : handleWithDeadline();
      channel.checkSize(payload.length);
      flags = (byte) (Flags.EOF | Outlet.zero(payload));
    } catch (Throwable e) { // whatever happened, the caller is told
      payload = Errors.bytes(e, channel);
      flags = Flags.EOF | Flags.ERROR;
    }
    channel.answer(this);
  }

  private byte[] handleWithDeadline() throws Exception {
    return ScopedValue.where(Deadline.CURRENT, this).call(this);
  }

  /** The handler itself, under its deadline. */
  @Override
  public byte[] call() throws Exception {
    return answered(target.code().handle(payload, this));
  }

  /** A handler's answer; user code may not keep to what its type says. */
  static byte[] answered(byte @Nullable [] answer) {
    if (answer == null) {
      throw new IllegalStateException("it answered null; Payload.ABSENT is no payload");
    }
    return answer;
  }

  /** The handler has returned. */
  @Override
  void arrived(Channel where) {
    release(where);
    if (!where.finished(this) || cancelled) {
      where.outlet().release(cost());
      where.counts().droppedAnswers++;
      return;
    }
    where.wheel().cancel(this);
    where.outlet().data(this);
  }

  @Override
  void tooLate(Channel where, SennitException why) {
    release(where);
    where.budget().give(cost());
  }

  @Override
  protected void expired() {
    cancel();
  }

  private void release(Channel where) {
    where.received().give(Held.bytes(held));
  }

  /** The answer is no longer wanted; on the loop. */
  void cancel() {
    cancelled = true;
    channel.wheel().cancel(this);
    if (TAKEN.compareAndSet(this, false, true)) {
      channel.finished(this); // its handler never runs, so nobody else would say so
      release(channel);
    }
    var running = thread;
    if (running != null) {
      running.cancel(true);
    }
  }

  @Override
  public String name() {
    return channel.remoteHost();
  }

  @Override
  public Connection connection() {
    return channel.remote().connection();
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
    return deadlineNanos - channel.runner().nanoTime();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean wanted() {
    return !cancelled;
  }

  @Override
  public byte[] payload() {
    return payload;
  }

  @Override
  public long cost() {
    return payload.length + (long) ClientCall.OVERHEAD;
  }

  @Override
  public long mux() {
    return mux;
  }

  @Override
  public int partOp() {
    return Op.PART_TO_CLIENT.code();
  }

  @Override
  public void write(Outlet out, int from, int more) {
    out.message(mux, seq, 0, 0, Op.RESPONSE.code(), flags & 0xff | more, payload, from, null);
  }

  @Override
  public void abandon(Outlet out) {
    out.control(Op.DISCONNECT_CLIENT_MUX.code(), mux, 0, 0, Payload.ABSENT);
  }
}
