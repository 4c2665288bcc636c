package io.sennit.grid;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.spi.Loop;
import io.sennit.grid.engine.GridEngine;
import io.sennit.grid.engine.Remote;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The way to one peer, connected or not, for as long as the manager knows it; who dialed makes no
 * difference to its users. A peer that was removed, forgotten or only came by has the state {@link
 * State#SHUTDOWN} for good; {@link Manager#connection} knows its successor, if there is one. Any
 * thread may use it. Seed: {@code Connection}.
 */
public final class Connection extends Addressed {
  private final GridEngine engine;
  private final Remote remote;
  private final CallSite site;

  Connection(GridEngine engine, Remote remote) {
    this.engine = engine;
    this.remote = remote;
    this.site =
        new CallSite(
            remote, engine.runner(), engine.settings(), engine.targets(), Optional.empty());
  }

  @Override
  public Subroute subroute(String route) {
    return new Subroute(this, site.on(route));
  }

  @Override
  public Connection connection() {
    return this;
  }

  /** The peer's host string. */
  public String remote() {
    return remote.host();
  }

  /** This side's host string. */
  public String local() {
    return engine.settings().local();
  }

  /** Where it stands. */
  public State state() {
    return remote.state();
  }

  /** A picture of it. */
  public ConnectionStats stats() {
    return remote.stats();
  }

  /** Why the last attempt or connection ended, if one did. */
  public Optional<SennitException> lastError() {
    return Optional.ofNullable(remote.lastError());
  }

  /**
   * Told each change of state, on a loop: must not block.
   *
   * @return ends the telling when it is closed
   */
  public Registration watch(Consumer<State> watcher) {
    return remote.watch(watcher);
  }

  /**
   * Waits until it is connected; at once if it is. A learned peer is dialed meanwhile.
   *
   * @throws DeadlineExceededException with the last attempt's failure, if it is not in time
   * @throws DisconnectedException if the manager was closed
   */
  public void waitForConnect(Within within) {
    if (remote.state() == State.CONNECTED) {
      return;
    }
    var late = new AtomicBoolean();
    if (remote.state() != State.SHUTDOWN) { // then its loop may be gone, and nothing will change
      await(within, late);
    }
    if (remote.state() == State.CONNECTED) {
      return;
    }
    throw notConnected(within, late.get());
  }

  private void await(Within within, AtomicBoolean late) {
    remote.want(within.nanos());
    var home = remote.home();
    var alarm =
        new Alarm(
            home,
            within,
            () -> {
              late.set(true);
              remote.changed().signal();
            });
    try {
      remote
          .changed()
          .await(
              () ->
                  remote.state() == State.CONNECTED
                      || remote.state() == State.SHUTDOWN
                      || late.get());
    } catch (InterruptedException e) {
      throw CallSite.interrupted("waiting for the connection", remote.host());
    } finally {
      alarm.cancel();
    }
  }

  private SennitException notConnected(Within within, boolean late) {
    var why = remote.lastError();
    var context =
        new ErrorContext(
            remote.host(),
            "wait for the connection",
            late ? within.duration() : Duration.ZERO,
            Outcome.DID_NOT_RUN,
            "See lastError() and stats(); "
                + (remote.dials() ? "this side dials" : "the peer dials")
                + ".");
    if (remote.state() == State.SHUTDOWN) {
      return new DisconnectedException(
          why == null ? "this manager was closed" : why.what(), context);
    }
    return new DeadlineExceededException(
        "not connected" + (why == null ? "" : ": " + why.what()), Phase.CONNECTING, context);
  }

  /** A timer set from any thread. */
  private static final class Alarm {
    private final Loop loop;
    private Loop.Timer timer = NONE;

    Alarm(Loop loop, Within within, Runnable task) {
      this.loop = loop;
      loop.execute(
          () -> {
            timer = loop.timer(task);
            timer.arm(within.nanos());
          });
    }

    void cancel() {
      loop.execute(() -> timer.cancel());
    }

    private static final Loop.Timer NONE =
        new Loop.Timer() {
          @Override
          public void arm(long delayNanos) {
            throw new IllegalStateException("not a timer");
          }

          @Override
          public void cancel() {
            // nothing was armed
          }
        };
  }

  @Override
  CallSite site() {
    return site;
  }

  /** Seed: {@code StringReverse}: {@code remote->local}. */
  public String reverse() {
    return remote() + "->" + local();
  }

  /** {@code local->remote}. */
  @Override
  public String toString() {
    return local() + "->" + remote();
  }
}
