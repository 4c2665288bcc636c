package io.sennit.grid.engine;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.grid.ConnectionStats;
import io.sennit.grid.Generation;
import io.sennit.grid.State;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.Extensions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer, for the life of the manager: dials or lets in, as the dial rule says, and knows the one
 * channel that stands. A state machine on its home loop. docs/protocol/grid.md §4.9, §4.10.
 */
public final class Remote {
  private static final Logger LOG = System.getLogger(Remote.class.getName());

  private final GridEngine grid;
  private final String host;
  private final boolean dials;
  private final Loop home;
  private final Gate changed;
  private final List<Consumer<State>> watchers = new ArrayList<>();
  private final List<Runnable> atTheGate = new ArrayList<>();
  private final Counts past = new Counts();

  private @Nullable DialAttempt attempt;
  private Loop.@Nullable Timer retry;
  private Generation form;
  private boolean formTurned; // the other form was tried since the last success
  private long attemptStart;
  private long connectedAt;
  private @Nullable UUID peerId;
  private int shortLived; // connections in a row that did not stand long enough to count as stable
  private boolean shutdown;

  private volatile State state = State.UNCONNECTED;
  private volatile @Nullable Channel channel;
  private volatile @Nullable SennitException lastError;
  private volatile int failures;
  private volatile long connects;
  private volatile long lostProtocol;
  private volatile @Nullable Instant nextRetry;

  Remote(GridEngine grid, String host, boolean dials, Loop home) {
    this.grid = grid;
    this.host = host;
    this.dials = dials;
    this.home = home;
    this.form = grid.settings().generation();
    this.changed = new Gate(grid.runner());
  }

  // --- from any thread ---

  /** The peer's host string. */
  public String host() {
    return host;
  }

  /** Whether this side dials. */
  public boolean dials() {
    return dials;
  }

  /**
   * Where it stands; a channel that has ended counts as lost before the home loop has heard of it.
   */
  public State state() {
    var now = state;
    if (now != State.CONNECTED) {
      return now;
    }
    var up = channel;
    return up != null && up.isOpen() ? now : State.CONNECTION_ERROR;
  }

  /** The channel that stands, if one does. */
  public @Nullable Channel channel() {
    return channel;
  }

  /** Why the last attempt or channel ended. */
  public @Nullable SennitException lastError() {
    return lastError;
  }

  /** Where user threads wait for a change of state. */
  public Gate changed() {
    return changed;
  }

  /** The loop of its state machine. */
  public Loop home() {
    return home;
  }

  /** Told each change of state, on the home loop. */
  public void watch(Consumer<State> watcher) {
    home.execute(() -> watchers.add(watcher));
  }

  /** A picture of it. */
  public ConnectionStats stats() {
    var up = channel;
    var sum = new Counts();
    sum.add(past);
    if (up != null) {
      sum.add(up.counts());
    }
    long rtt = up == null ? -1 : up.roundTripNanos();
    var error = lastError;
    return new ConnectionStats(
        state(),
        up == null ? 0 : up.pending().size(),
        up == null ? 0 : up.incomingStreams(),
        up == null ? 0 : up.runningCalls(),
        sum.calls,
        sum.served,
        sum.bytesIn,
        sum.bytesOut,
        sum.messagesIn,
        sum.messagesOut,
        up == null ? 0 : up.budget().used(),
        sum.droppedAnswers,
        lostProtocol,
        connects,
        failures,
        rtt < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(rtt)),
        error == null ? Optional.empty() : Optional.of(error.what()),
        Optional.ofNullable(nextRetry));
  }

  /** The manager's gate is open. */
  void gateOpened() {
    home.execute(
        () -> {
          var waiting = List.copyOf(atTheGate);
          atTheGate.clear();
          waiting.forEach(Runnable::run);
          if (dials && attempt == null && channel == null && !shutdown) {
            setState(State.CONNECTING);
            dial();
          }
        });
  }

  /** Ends it for good. */
  void shutdown(SennitException why) {
    home.execute(
        () -> {
          if (shutdown) {
            return;
          }
          shutdown = true;
          var timer = retry;
          if (timer != null) {
            timer.cancel();
          }
          nextRetry = null;
          setState(State.SHUTDOWN);
          var up = channel;
          if (up != null) {
            up.loop().execute(() -> up.shutdown(why));
          } else if (attempt != null) {
            attempt.abort(why);
          }
          atTheGate.forEach(Runnable::run); // they learn that it is too late
          atTheGate.clear();
          changed.signal();
        });
  }

  // --- dialing ---

  private void dial() {
    nextRetry = null;
    attemptStart = home.nanoTime();
    var next = new DialAttempt(this, form);
    attempt = next;
    next.start();
  }

  /** An attempt's handshake succeeded: its link becomes the channel. */
  Channel connected(Link link, Extensions extensions, Generation spoken) {
    var up = new Channel(this, link, extensions, spoken);
    up.start();
    install(up);
    return up;
  }

  void attemptFailed(DialAttempt failed, SennitException why) {
    if (attempt != failed) {
      return;
    }
    attempt = null;
    lastError = why;
    failures++;
    if (failures == 2) { // the first is usual at start-up
      LOG.log(Level.INFO, "{0}: not connected: {1}; trying again", this, why.what());
    }
    if (shutdown) {
      return;
    }
    setState(State.CONNECTION_ERROR);
    if (why instanceof RejectedException && !formTurned) {
      // The two generations refuse each other's form of the time header: try the other at once.
      formTurned = true;
      form = form == Generation.S24 ? Generation.N25 : Generation.S24;
      dial();
      return;
    }
    formTurned = false;
    dialAfterBackoff();
  }

  private void dialAfterBackoff() {
    long wait = grid.settings().backoff().nanos(failures + shortLived, home.random());
    long left = Math.max(0, wait - (home.nanoTime() - attemptStart));
    nextRetry = home.wallTime().plusNanos(left);
    var timer = retry;
    if (timer == null) {
      timer = home.timer(this::retryNow);
      retry = timer;
    }
    timer.arm(left);
  }

  private void retryNow() {
    if (!shutdown && attempt == null && channel == null) {
      dial();
    }
  }

  // --- accepting ---

  /** A peer with the right name stands at the door; on the home loop. */
  void incoming(Incoming who, ConnectRequest request) {
    if (shutdown) {
      refuse(who, "this manager was closed");
    } else if (!grid.isGateOpen()) {
      atTheGate.add(() -> incoming(who, request));
    } else if (dials) {
      refuse(who, "this side dials: " + this);
    } else {
      if (peerId != null && !peerId.equals(request.id())) {
        LOG.log(Level.INFO, "{0}: the peer was restarted", this);
      }
      peerId = request.id();
      who.loop()
          .execute(
              () -> {
                var up = who.admit(this);
                if (up != null) {
                  home.execute(() -> install(up));
                }
              });
    }
  }

  private static void refuse(Incoming who, String reason) {
    who.loop().execute(() -> who.reject(reason));
  }

  // --- the channel ---

  private void install(Channel up) {
    var old = channel;
    if (!up.isOpen()) {
      return; // lost before it was known
    }
    channel = up;
    connects++;
    failures = 0;
    formTurned = false;
    connectedAt = home.nanoTime();
    LOG.log(
        Level.INFO,
        "{0}: connected{1}",
        this,
        up.extensions().isSennit() ? "" : " to an original peer");
    if (old != null) {
      var why =
          new DisconnectedException(
              "remote disconnected: a newer connection took its place", ErrorContext.peer(host));
      old.loop().execute(() -> old.abort(why));
    }
    if (shutdown) {
      up.loop().execute(() -> up.shutdown(up.whyEnded()));
      return;
    }
    setState(State.CONNECTED);
  }

  /** A channel ended; on its loop. */
  void channelEnded(Channel down, SennitException why) {
    home.execute(() -> lost(down, why));
  }

  private void lost(Channel down, SennitException why) {
    past.add(down.counts());
    if (why.getCause() instanceof io.sennit.core.ProtocolException) {
      lostProtocol++;
    }
    if (channel != down) {
      return; // it had been replaced
    }
    channel = null;
    attempt = null;
    lastError = why;
    if (shutdown) {
      changed.signal();
      return;
    }
    LOG.log(Level.INFO, "{0}: {1}", this, why.what());
    setState(State.CONNECTION_ERROR);
    if (dials) {
      boolean wasStable = home.nanoTime() - connectedAt >= grid.settings().stable().toNanos();
      if (wasStable) {
        shortLived = 0;
        dial();
      } else {
        shortLived++; // a peer that accepts and drops, or a twin, is asked less and less
        attemptStart = home.nanoTime();
        dialAfterBackoff();
      }
    }
  }

  private void setState(State next) {
    if (state != next) {
      state = next;
      changed.signal();
      for (var watcher : List.copyOf(watchers)) {
        try {
          watcher.accept(next);
        } catch (Throwable e) { // what a watcher throws must not stop the redialing
          LOG.log(Level.ERROR, this + ": a watcher threw", e);
        }
      }
    }
  }

  GridEngine grid() {
    return grid;
  }

  /** {@code local->remote}. */
  @Override
  public String toString() {
    return grid.settings().local() + "->" + host;
  }
}
