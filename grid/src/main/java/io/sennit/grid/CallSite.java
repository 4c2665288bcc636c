package io.sennit.grid;

import io.sennit.core.CancelledException;
import io.sennit.core.Deadline;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.spi.Runner;
import io.sennit.grid.engine.CancelCall;
import io.sennit.grid.engine.Channel;
import io.sennit.grid.engine.ClientCall;
import io.sennit.grid.engine.ClientMux;
import io.sennit.grid.engine.GridSettings;
import io.sennit.grid.engine.Remote;
import io.sennit.grid.engine.Targets;
import io.sennit.grid.wire.SubrouteId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How calls and streams begin towards one peer on one route, or on none. */
final class CallSite {
  private static final long MILLI = 1_000_000;

  private final Remote remote;
  private final Runner runner;
  private final GridSettings settings;
  private final Targets targets;
  private final Optional<String> route;

  CallSite(
      Remote remote,
      Runner runner,
      GridSettings settings,
      Targets targets,
      Optional<String> route) {
    this.remote = remote;
    this.runner = runner;
    this.settings = settings;
    this.targets = targets;
    this.route = route;
  }

  CallSite on(String part) {
    return new CallSite(
        remote,
        runner,
        settings,
        targets,
        Optional.of(route.map(r -> r + "/" + part).orElse(part)));
  }

  Optional<String> route() {
    return route;
  }

  // --- calls ---

  byte[] call(int handler, byte[] request, @Nullable Within within) {
    if (!runner.mayBlock()) {
      throw new IllegalStateException("a blocking call on an event loop; use callAsync");
    }
    var channel = begin(handler);
    var call = new BlockingCall(handler, key(handler), request, callNanos(handler, within), runner);
    channel.call(call);
    return call.await(channel);
  }

  CompletableFuture<byte[]> callAsync(int handler, byte[] request, @Nullable Within within) {
    try {
      var channel = begin(handler);
      var call =
          new FutureCall(handler, key(handler), request, callNanos(handler, within), channel);
      channel.call(call);
      return call.future;
    } catch (SennitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  void call(int handler, byte[] request, @Nullable Within within, Reply reply) {
    Channel channel;
    try {
      channel = begin(handler);
      channel.call(
          new CallbackCall(handler, key(handler), request, callNanos(handler, within), reply));
    } catch (SennitException e) {
      reply.failed(e);
    }
  }

  // --- streams ---

  GridStream open(int handler, byte[] first, @Nullable Within within) {
    checkHandler(handler);
    var kept = registered(handler);
    return open(handler, first, kept.inCapacity(), kept.outCapacity(), within);
  }

  private Targets.Streaming registered(int handler) {
    var registered = targets.streaming(handler, key(handler));
    if (registered == null) {
      throw unknown(handler, "is not registered on this side, which its capacities come from");
    }
    return registered;
  }

  GridStream open(
      int handler, byte[] first, int inCapacity, int outCapacity, @Nullable Within within) {
    var stream = stream(handler, first, inCapacity, outCapacity, within);
    stream.channel().open(stream);
    return new GridStream(stream);
  }

  /** Not begun yet. */
  private ClientMux stream(
      int handler, byte[] first, int inCapacity, int outCapacity, @Nullable Within within) {
    return new ClientMux(
        begin(handler),
        handler,
        key(handler),
        first,
        inCapacity,
        outCapacity,
        streamNanos(handler, within));
  }

  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      @Nullable Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    try {
      checkHandler(handler);
      var kept = registered(handler);
      return openInline(handler, first, kept.inCapacity(), kept.outCapacity(), within, code);
    } catch (SennitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      int inCapacity,
      int outCapacity,
      @Nullable Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    try {
      var stream = stream(handler, first, inCapacity, outCapacity, within);
      stream.serveInline(code);
      var end = new StreamFutures.End(stream);
      stream.channel().open(stream);
      return end;
    } catch (SennitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  // --- what all begin with ---

  private Channel begin(int handler) {
    checkHandler(handler);
    var channel = remote.channel();
    if (channel == null) {
      var why = remote.lastError();
      throw new DisconnectedException(
          "remote disconnected: " + (why == null ? "not connected yet" : why.what()),
          context(handler, "Wait with waitForConnect, or call another peer."),
          why);
    }
    return channel;
  }

  private void checkHandler(int handler) {
    if (handler < 1 || handler > 255) {
      throw unknown(handler, "is not an id from 1 to 255");
    }
  }

  private UnknownHandlerException unknown(int handler, String why) {
    return new UnknownHandlerException(
        "unknown mux handler: "
            + handler
            + route.map(r -> " on subroute " + r).orElse("")
            + " "
            + why,
        context(handler, "Register it, or use a contract that carries its capacities."));
  }

  private ErrorContext context(int handler, String advice) {
    return new ErrorContext(
        remote.host(), "call " + handler, Duration.ZERO, Outcome.DID_NOT_RUN, advice);
  }

  private @Nullable SubrouteId key(int handler) {
    return route.isEmpty() ? null : SubrouteId.of(handler, route.get());
  }

  private long callNanos(int handler, @Nullable Within within) {
    if (within != null) {
      return within.nanos();
    }
    var inherited = Deadline.current();
    return inherited.isEmpty() ? settings.callDeadline().toNanos() : left(handler, inherited.get());
  }

  private long streamNanos(int handler, @Nullable Within within) {
    if (within != null) {
      return within.nanos();
    }
    return Deadline.current().map(d -> left(handler, d)).orElse(0L);
  }

  private long left(int handler, Deadline deadline) {
    long left = deadline.remainingNanos();
    if (left < MILLI) {
      throw new DeadlineExceededException(
          "the deadline inherited from the handler has passed",
          Phase.QUEUED,
          context(handler, "Give the outer call more time."));
    }
    return left;
  }

  // --- the three ways to wait ---

  private static final class BlockingCall extends ClientCall {
    private final Runner runner;
    private final Thread caller = Thread.currentThread();
    private byte @Nullable [] answer;
    private @Nullable SennitException why;
    private volatile boolean done;

    BlockingCall(
        int handler, @Nullable SubrouteId route, byte[] request, long nanos, Runner runner) {
      super(handler, route, request, nanos);
      this.runner = runner;
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

    byte[] await(Channel channel) {
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

  private static final class FutureCall extends ClientCall {
    private final Channel channel;
    private final CompletableFuture<byte[]> future =
        new CompletableFuture<>() {
          @Override
          public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
              channel.offer(new CancelCall(FutureCall.this));
            }
            return cancelled;
          }
        };

    FutureCall(
        int handler, @Nullable SubrouteId route, byte[] request, long nanos, Channel channel) {
      super(handler, route, request, nanos);
      this.channel = channel;
    }

    @Override
    protected void succeeded(byte[] reply) {
      future.complete(reply);
    }

    @Override
    protected void failed(SennitException why) {
      future.completeExceptionally(why);
    }
  }

  private static final class CallbackCall extends ClientCall {
    private final Reply reply;

    CallbackCall(int handler, @Nullable SubrouteId route, byte[] request, long nanos, Reply reply) {
      super(handler, route, request, nanos);
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

  /** The failure of a wait that was interrupted; the thread's mark is set again. */
  static CancelledException interrupted(String what, String peer) {
    Thread.currentThread().interrupt();
    return new CancelledException(
        what + " was interrupted", ErrorContext.peer(peer).with(Outcome.UNKNOWN));
  }
}
