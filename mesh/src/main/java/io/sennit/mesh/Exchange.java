package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Wheel;
import io.sennit.core.spi.Loop;
import io.sennit.mesh.engine.OutboundMessage;
import io.sennit.mesh.wire.Envelope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requests of this node that wait for their answers; each ends once. On the loop. */
final class Exchange {
  private static final int MOST = 100_000;

  /** How envelopes leave. */
  interface Out {
    void send(Address to, OutboundMessage message);

    void cancel(Address to, int correlation);
  }

  private final Loop loop;
  private final Out out;
  private final Wheel wheel;
  private final Map<Integer, Waiting> waiting = new LinkedHashMap<>();
  private int nextCorrelation;
  private boolean closed;

  /** Must be made on the loop. */
  Exchange(Loop loop, Out out) {
    this.loop = loop;
    this.out = out;
    wheel = new Wheel(loop);
    nextCorrelation = loop.random().nextInt();
  }

  private final class Waiting extends Wheel.Entry {
    final int correlation;
    final Address to;
    final String operation;
    final CompletableFuture<byte[]> future;
    final long begun = loop.nanoTime();
    boolean delivered;

    Waiting(int correlation, Address to, String operation, CompletableFuture<byte[]> future) {
      this.correlation = correlation;
      this.to = to;
      this.operation = operation;
      this.future = future;
    }

    ErrorContext context(Outcome outcome) {
      return new ErrorContext(
          to.toString(), operation, Duration.ofNanos(loop.nanoTime() - begun), outcome, "");
    }

    @Override
    protected void expired() {
      out.cancel(to, correlation);
      fail(
          new DeadlineExceededException(
              "no answer in time",
              delivered ? Phase.HANDLER : Phase.WIRE,
              context(Outcome.UNKNOWN)));
    }

    void fail(SennitException why) {
      if (waiting.remove(correlation, this)) {
        wheel.cancel(this);
        future.completeExceptionally(why);
      }
    }
  }

  /** Asks. The future's own cancelling tells the peer. */
  void ask(
      Address to,
      boolean rpc,
      int command,
      int codec,
      byte[] body,
      long nanos,
      CompletableFuture<byte[]> future) {
    var operation = (rpc ? Operations.RPC : Operations.REQUEST) + " " + command;
    int correlation = nextCorrelation++;
    var one = new Waiting(correlation, to, operation, future);
    if (closed || waiting.size() >= MOST) {
      future.completeExceptionally(
          new RejectedException(
              closed ? "the mesh is closed" : "too many requests wait for answers",
              one.context(Outcome.DID_NOT_RUN)));
      return;
    }
    waiting.put(correlation, one);
    wheel.arm(one, nanos);
    var envelope =
        new Envelope.Ask(rpc, command, correlation, Math.max(1, nanos / 1_000_000), codec, body);
    out.send(
        to,
        new OutboundMessage(
            envelope.toBytes(),
            command,
            false,
            false,
            true,
            operation,
            new OutboundMessage.Fate() {
              @Override
              public void delivered() {
                one.delivered = true;
              }

              @Override
              public void failed(SennitException why) {
                one.fail(why);
              }
            }));
    future.whenComplete(
        (_, thrown) -> {
          if (thrown instanceof java.util.concurrent.CancellationException) {
            loop.execute(() -> cancelled(one));
          }
        });
  }

  private void cancelled(Waiting one) {
    if (waiting.containsKey(one.correlation)) {
      out.cancel(one.to, one.correlation);
      one.fail(new CancelledException("the caller gave up", one.context(Outcome.UNKNOWN)));
    }
  }

  /** An answer came; one that nobody waits for is dropped. */
  void answer(Address from, Envelope.Answer answer) {
    var one = waiting.get(answer.correlation());
    if (one == null || !one.to.equals(from)) {
      return;
    }
    if (answer.status() == Envelope.AnswerStatus.OK) {
      waiting.remove(answer.correlation());
      wheel.cancel(one);
      one.future.complete(answer.body());
    } else {
      one.fail(failure(one, answer));
    }
  }

  private static SennitException failure(Waiting one, Envelope.Answer answer) {
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    return switch (answer.status()) {
      case HANDLER_ERROR, BAD_PAYLOAD -> new RemoteException(text, one.context(Outcome.RAN));
      case NO_HANDLER ->
          new RejectedException("the peer has no handler for it", one.context(Outcome.DID_NOT_RUN));
      case OVERLOADED ->
          new RejectedException("the peer has too much to do", one.context(Outcome.DID_NOT_RUN));
      case NOT_PERMITTED ->
          new RejectedException("the peer does not permit it", one.context(Outcome.DID_NOT_RUN));
      case UNHEALTHY ->
          new UnhealthyException("the peer is not well", one.context(Outcome.DID_NOT_RUN));
      case EXPIRED, OK ->
          new DeadlineExceededException(
              "the time was up at the peer", Phase.HANDLER, one.context(Outcome.UNKNOWN));
    };
  }

  int size() {
    return waiting.size();
  }

  /** Answers all that wait. */
  void close() {
    closed = true;
    for (var one : List.copyOf(waiting.values())) {
      one.fail(
          new io.sennit.core.DisconnectedException(
              "the mesh was closed", one.context(Outcome.UNKNOWN)));
    }
    wheel.clear();
  }
}
