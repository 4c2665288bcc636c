package io.sennit.grid;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Runner;
import io.sennit.grid.engine.CancelCall;
import io.sennit.grid.engine.Channel;
import io.sennit.grid.engine.ClientCall;
import io.sennit.grid.engine.Remote;
import io.sennit.grid.engine.Use;
import io.sennit.grid.wire.SubrouteId;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The ways to wait for a call, and for the connection it needs. */
final class Calls {
  private Calls() {}

  /** A thread waits for the answer. */
  static final class Blocking extends ClientCall {
    private final Runner runner;
    private final Channel channel;
    private final Thread caller = Thread.currentThread();
    private byte @Nullable [] answer;
    private @Nullable SennitException why;
    private volatile boolean done;

    Blocking(
        int handler,
        @Nullable SubrouteId route,
        byte[] request,
        long nanos,
        Runner runner,
        Channel channel) {
      super(handler, route, request, nanos, channel.now());
      this.runner = runner;
      this.channel = channel;
    }

    @Override
    protected void succeeded(byte[] reply) {
      answer = reply;
      wake();
    }

    @Override
    protected void failed(SennitException failure) {
      why = failure;
      wake();
    }

    private void wake() {
      done = true;
      runner.unpark(caller);
    }

    byte[] await() {
      boolean interrupted = false;
      while (!done) {
        runner.park();
        if (!done && Thread.interrupted() && !interrupted) {
          interrupted = true;
          channel.offer(new CancelCall(this)); // its end comes back soon, one way or the other
        }
      }
      if (interrupted) {
        caller.interrupt();
      }
      var failure = why;
      if (failure != null) {
        failure.fillInStackTrace(); // this thread's trace says more than the loop's
        throw failure;
      }
      var reply = answer;
      return reply == null ? Payload.ABSENT : reply;
    }
  }

  /** The future of an answer; cancelling it cancels the call, if that has begun. */
  static final class Answer extends CompletableFuture<byte[]> {
    private volatile @Nullable Future call;

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      var begun = call;
      if (cancelled && begun != null) {
        begun.channel.offer(new CancelCall(begun));
      }
      return cancelled;
    }
  }

  /** A future waits. */
  static final class Future extends ClientCall {
    private final Channel channel;
    private final Answer answer;

    Future(
        int handler,
        @Nullable SubrouteId route,
        byte[] request,
        long nanos,
        Channel channel,
        Answer answer) {
      super(handler, route, request, nanos, channel.now());
      this.channel = channel;
      this.answer = answer;
      answer.call = this;
    }

    @Override
    protected void succeeded(byte[] reply) {
      answer.complete(reply);
    }

    @Override
    protected void failed(SennitException why) {
      answer.completeExceptionally(why);
    }
  }

  /** A callback waits. */
  static final class Callback extends ClientCall {
    private final Reply reply;

    Callback(
        int handler,
        @Nullable SubrouteId route,
        byte[] request,
        long nanos,
        Channel channel,
        Reply reply) {
      super(handler, route, request, nanos, channel.now());
      this.reply = reply;
    }

    @Override
    protected void succeeded(byte[] answer) {
      try {
        reply.ok(answer);
      } catch (Throwable e) { // the connection and its other calls are not to blame
        complain(e);
      }
    }

    @Override
    protected void failed(SennitException why) {
      try {
        reply.failed(why);
      } catch (Throwable e) {
        complain(e);
      }
    }

    private void complain(Throwable e) {
      System.getLogger(CallSite.class.getName())
          .log(System.Logger.Level.ERROR, "the callback of " + operation() + " threw", e);
    }
  }

  /** A thread waits for the connection that its call needs. */
  static final class Awaited extends Use {
    private final Remote remote;
    private final Runner runner;
    private final Thread caller = Thread.currentThread();
    private @Nullable Channel channel;
    private long left;
    private @Nullable SennitException why;
    private volatile boolean done;

    Awaited(Remote remote, long bytes, long nanos, Runner runner) {
      super(bytes, nanos);
      this.remote = remote;
      this.runner = runner;
    }

    @Override
    protected void ready(Channel up, long leftNanos) {
      channel = up;
      left = leftNanos;
      wake();
    }

    @Override
    protected void failed(SennitException failure) {
      why = failure;
      wake();
    }

    private void wake() {
      done = true;
      runner.unpark(caller);
    }

    /** What is left of the time after {@link #await}. */
    long leftNanos() {
      return left;
    }

    Channel await(ErrorContext context) {
      remote.use(this);
      while (!done) {
        runner.park();
        if (!done && Thread.interrupted()) {
          caller.interrupt();
          throw new CancelledException(
              "waiting for the connection was interrupted", context.with(Outcome.DID_NOT_RUN));
        }
      }
      var up = channel;
      if (up == null) {
        var failure = why == null ? new CancelledException("no connection", context) : why;
        var known = failure.in(context.withAdvice("It may be tried again."));
        known.fillInStackTrace();
        throw known;
      }
      return up;
    }
  }
}
