package io.sennit.grid;

import io.sennit.core.CancelledException;
import io.sennit.core.Deadline;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.spi.Runner;
import io.sennit.grid.engine.Channel;
import io.sennit.grid.engine.ClientMux;
import io.sennit.grid.engine.EngineSettings;
import io.sennit.grid.engine.PeerStanding;
import io.sennit.grid.engine.Remote;
import io.sennit.grid.engine.Targets;
import io.sennit.grid.engine.Use;
import io.sennit.grid.wire.SubrouteId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How calls and streams begin towards one peer on one route, or on none. */
final class CallSite {
  private static final long MILLI = 1_000_000;

  private final Remote remote;
  private final Runner runner;
  private final EngineSettings settings;
  private final Targets targets;
  private final Optional<String> route;

  CallSite(
      Remote remote,
      Runner runner,
      EngineSettings settings,
      Targets targets,
      Optional<String> route) {
    this.remote = remote;
    this.runner = runner;
    this.settings = settings;
    this.targets = targets;
    this.route = route;
  }

  CallSite on(String part) {
    SubrouteId.check(part);
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
    var key = check(handler);
    return begin(
            handler,
            request.length,
            callNanos(handler, within),
            (channel, nanos) -> {
              var call = new Calls.Blocking(handler, key, request, nanos, runner, channel);
              return channel.call(call) ? call : null;
            })
        .await();
  }

  CompletableFuture<byte[]> callAsync(int handler, byte[] request, @Nullable Within within) {
    var answer = new Calls.Answer();
    try {
      var key = check(handler);
      beginAsync(
          handler,
          request.length,
          callNanos(handler, within),
          (channel, nanos) ->
              answer.isDone()
                  || channel.call(new Calls.Future(handler, key, request, nanos, channel, answer)),
          answer::completeExceptionally);
    } catch (SennitException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  void call(int handler, byte[] request, @Nullable Within within, Reply reply) {
    try {
      var key = check(handler);
      beginAsync(
          handler,
          request.length,
          callNanos(handler, within),
          (channel, nanos) ->
              channel.call(new Calls.Callback(handler, key, request, nanos, channel, reply)),
          reply::failed);
    } catch (SennitException e) {
      reply.failed(e);
    }
  }

  // --- streams ---

  GridStream open(int handler, byte[] first, @Nullable Within within) {
    return open(handler, first, registered(handler), within);
  }

  private Capacities registered(int handler) {
    var registered = targets.streaming(handler, check(handler));
    if (registered == null) {
      throw unknown(handler, "is not registered on this side, which its capacities come from");
    }
    return new Capacities(registered.inCapacity(), registered.outCapacity());
  }

  GridStream open(int handler, byte[] first, Capacities items, @Nullable Within within) {
    var key = check(handler);
    return begin(
        handler,
        first.length,
        streamNanos(handler, within),
        (channel, nanos) -> {
          var stream = stream(channel, handler, key, first, items, nanos);
          return channel.open(stream) ? new GridStream(stream) : null;
        });
  }

  /** Not begun yet. */
  private static ClientMux stream(
      Channel channel,
      int handler,
      @Nullable SubrouteId key,
      byte[] first,
      Capacities items,
      long nanos) {
    // The caller's array is its own again at once; "no payload" is told by identity.
    var copy = first.length == 0 ? first : first.clone();
    return new ClientMux(channel, handler, key, copy, items.in(), items.out(), nanos);
  }

  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      @Nullable Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    try {
      return openInline(handler, first, registered(handler), within, code);
    } catch (SennitException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  CompletableFuture<Void> openInline(
      int handler,
      byte[] first,
      Capacities items,
      @Nullable Within within,
      Function<InlineOutput<byte[]>, InlineStream<byte[]>> code) {
    var end = new StreamFutures.End();
    try {
      var key = check(handler);
      beginAsync(
          handler,
          first.length,
          streamNanos(handler, within),
          (channel, nanos) -> {
            if (end.isDone()) {
              return true;
            }
            var stream = stream(channel, handler, key, first, items, nanos);
            stream.serveInline(code);
            end.of(stream);
            return channel.open(stream);
          },
          end::completeExceptionally);
    } catch (SennitException e) {
      end.completeExceptionally(e);
    }
    return end;
  }

  // --- what all begin with ---

  /** Begins something on a channel. */
  @FunctionalInterface
  private interface Begin<T> {
    /** What began; null if the channel is being left. */
    @Nullable T on(Channel channel, long nanos);
  }

  /** The same for who does not wait. */
  @FunctionalInterface
  private interface BeginAsync {
    /** False if the channel is being left. */
    boolean on(Channel channel, long nanos);
  }

  /** On the channel there is, or on the one that a learned peer gets by being used. */
  private <T> T begin(int handler, long bytes, long nanos, Begin<T> begin) {
    Channel refused = null;
    while (true) {
      long left = nanos;
      var channel = usable(refused);
      if (channel == null) {
        checkMayConnect(handler);
        if (!runner.mayBlock()) {
          remote.want(nanos);
          throw notConnected(handler);
        }
        var use = new Calls.Awaited(remote, bytes, nanos, runner);
        channel = use.await(context(handler, ""));
        left = use.leftNanos();
      }
      var begun = begin.on(channel, left);
      if (begun != null) {
        return begun;
      }
      refused = channel;
    }
  }

  /** The same for who does not wait. */
  private void beginAsync(
      int handler, long bytes, long nanos, BeginAsync begin, Consumer<SennitException> failed) {
    Channel refused = null;
    for (var one = usable(refused); one != null; one = usable(refused)) {
      if (begin.on(one, nanos)) {
        return;
      }
      refused = one;
    }
    checkMayConnect(handler);
    remote.use(
        new Use(bytes, nanos) {
          @Override
          protected void ready(Channel channel, long leftNanos) {
            try {
              if (!begin.on(channel, leftNanos)) {
                tell(failed, notConnected(handler));
              }
            } catch (SennitException e) {
              tell(failed, e);
            }
          }

          @Override
          protected void failed(SennitException why) {
            tell(failed, why.in(context(handler, "It may be tried again.")));
          }
        });
  }

  /** On a loop: what the user's code throws is its own affair. */
  private static void tell(Consumer<SennitException> failed, SennitException why) {
    try {
      failed.accept(why);
    } catch (Throwable e) {
      System.getLogger(CallSite.class.getName())
          .log(System.Logger.Level.ERROR, "a callback threw", e);
    }
  }

  private @Nullable Channel usable(@Nullable Channel refused) {
    var channel = remote.channel();
    return channel == refused ? null : channel;
  }

  private void checkMayConnect(int handler) {
    if (!remote.mayConnect() || remote.state() == State.SHUTDOWN) {
      throw notConnected(handler);
    }
  }

  private DisconnectedException notConnected(int handler) {
    var why = remote.lastError();
    return new DisconnectedException(
        "remote disconnected: " + (why == null ? "not connected yet" : why.what()),
        context(handler, "Wait with waitForConnect, or call another peer."),
        why);
  }

  /** Checks the id, and whether the peer is called at all; the key to send. */
  private @Nullable SubrouteId check(int handler) {
    checkHandler(handler);
    if (remote.standing() == PeerStanding.GUEST) {
      throw new RejectedException(
          "guests are not called", context(handler, "A plain client can be called back."));
    }
    return key(handler);
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
    var inherited = Deadline.current();
    if (inherited.isEmpty()) {
      return within == null ? settings.callDeadline().toNanos() : within.nanos();
    }
    long left = left(handler, inherited.get()); // nobody waits for a handler after its deadline
    return within == null ? left : Math.min(within.nanos(), left);
  }

  private long streamNanos(int handler, @Nullable Within within) {
    var inherited = Deadline.current();
    if (inherited.isEmpty()) {
      return within == null ? 0 : within.nanos();
    }
    long left = left(handler, inherited.get());
    return within == null ? left : Math.min(within.nanos(), left);
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

  /** The failure of a wait that was interrupted; the thread's mark is set again. */
  static CancelledException interrupted(String what, String peer) {
    Thread.currentThread().interrupt();
    return new CancelledException(
        what + " was interrupted", ErrorContext.peer(peer).with(Outcome.UNKNOWN));
  }
}
