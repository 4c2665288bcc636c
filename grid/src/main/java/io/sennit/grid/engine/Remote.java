package io.sennit.grid.engine;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Budget;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import io.sennit.grid.Connection;
import io.sennit.grid.ConnectionStats;
import io.sennit.grid.Generation;
import io.sennit.grid.Registration;
import io.sennit.grid.State;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Role;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer, for as long as this manager knows it: when it is dialed, whether it is let in, and the
 * {@link Channels} to it. A state machine on its home loop. docs/protocol/grid.md §4.9, §4.10.
 */
public final class Remote {
  private static final Logger LOG = System.getLogger(Remote.class.getName());
  private static final int MAX_AT_THE_GATE = 128;
  private static final long PROBE_NANOS = 1_000_000_000;
  private static final String NOBODY_LISTENS = "connection refused";
  private static final long AGAIN_NANOS = 1_000_000_000;

  private final GridEngine grid;
  private final String host;
  private final Loop home;
  private final Gate changed;
  private final Watchers<Remote, State> watchers = new Watchers<>();
  private final List<Runnable> atTheGate = new ArrayList<>();
  private final Channels channels;
  private final Uses uses;
  private final DeathReports deaths;
  private final Budget received;
  private final Budget windows;
  private final AtomicReference<@Nullable Connection> face = new AtomicReference<>();

  private @Nullable DialAttempt attempt;
  private Loop.@Nullable Timer retry;
  private Generation form;
  private boolean formTurned; // the other form is being tried, because the first was refused
  private @Nullable SennitException refusedForm; // how the first was refused
  private long attemptStart;
  private long connectedAt;
  private long wantedUntil; // a learned peer is dialed until then, on the loop's clock
  private boolean everWanted;
  private boolean resting; // between two attempts
  private @Nullable UUID peerId;
  private @Nullable Incarnation peerLife; // the latest that was proven
  private int shortLived; // connections in a row that did not stand long enough to count as stable
  private @Nullable SennitException leaving; // why no new connection is made or taken
  private boolean shutdown;
  private boolean isCounted; // among those that are connected though nobody listed them

  private final AtomicInteger arriving = new AtomicInteger(); // proven and not installed yet
  private volatile PeerStanding standing;
  private volatile long lastUsed; // on the runner's clock, to choose who is forgotten
  private volatile State state = State.UNCONNECTED;
  private volatile @Nullable SennitException lastError;
  private volatile int failures;
  private volatile long connects;
  private volatile long lostProtocol;
  private volatile @Nullable Instant nextRetry;
  private volatile boolean wasCut;

  Remote(GridEngine grid, String host, PeerStanding standing, Loop home) {
    this.grid = grid;
    this.host = host;
    this.standing = standing;
    this.home = home;
    this.form = grid.settings().keyed() ? Generation.N25 : grid.settings().generation();
    this.changed = new Gate(grid.runner());
    this.channels = new Channels(this);
    this.uses = new Uses(home, host, grid.settings().queueBytes());
    this.deaths = new DeathReports(this);
    long bound = grid.settings().received();
    this.received = new Budget(bound - EngineSettings.forWindows(bound));
    this.windows = new Budget(EngineSettings.forWindows(bound));
    this.lastUsed = grid.runner().nanoTime();
  }

  // --- from any thread ---

  /** The peer's host string. */
  public String host() {
    return host;
  }

  /** What users see of it; always the same object. */
  public Connection connection() {
    var there = face.get();
    if (there != null) {
      return there;
    }
    face.compareAndSet(null, grid.face(this));
    return java.util.Objects.requireNonNull(face.get());
  }

  /** Whether this side dials, now or when the peer is used. */
  public boolean dials() {
    return switch (standing) {
      case GUEST, CLIENT -> false;
      case LEARNED -> true;
      case LISTED -> grid.settings().keyed() || grid.dialsFirst(host);
    };
  }

  /** What the peer is to this manager. */
  public PeerStanding standing() {
    return standing;
  }

  /** Whether the user named it. */
  boolean isListed() {
    return standing == PeerStanding.LISTED;
  }

  /** The user names a peer that was only learned; false if it is neither. */
  boolean list() {
    if (standing == PeerStanding.LEARNED) {
      standing = PeerStanding.LISTED;
      home.execute(this::count);
      gateOpened();
    }
    return isListed();
  }

  /**
   * Where it stands; a channel that has ended counts as lost before the home loop has heard of it.
   */
  public State state() {
    var now = state;
    if (now != State.CONNECTED) {
      return now;
    }
    var up = channel();
    return up != null && up.isOpen() ? now : State.CONNECTION_ERROR;
  }

  /** The channel for new calls, if there is one. */
  public @Nullable Channel channel() {
    return channels.current();
  }

  /** All that are open: the one for new calls, and those that are being left. */
  public List<Channel> openChannels() {
    return channels.open();
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
  public Registration watch(Consumer<State> watcher) {
    return watchers.add((remote, now) -> watcher.accept(now));
  }

  /** A picture of it. */
  public ConnectionStats stats() {
    var up = channel();
    var sum = channels.counts();
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

  /** Whether a call without a channel may get one by waiting. */
  public boolean mayConnect() {
    return standing == PeerStanding.LEARNED || arriving.get() > 0;
  }

  /** Waits for a connection, and has a learned peer dialed for it. */
  public void use(Use use) {
    lastUsed = grid.runner().nanoTime();
    try {
      home.execute(() -> used(use));
    } catch (RejectedExecutionException e) { // the loop has ended: nobody else is there
      use.fail(notConnected());
    }
  }

  /** Dials a learned peer for so long, again and again. */
  public void want(long nanos) {
    lastUsed = grid.runner().nanoTime();
    home.execute(
        () -> {
          wantFor(nanos);
          if (standing == PeerStanding.LEARNED && mayDial()) {
            dialWhenRested();
          }
        });
  }

  /** Whether work was cut off when it was left. */
  public boolean wasCut() {
    return wasCut;
  }

  /** Bytes that this peer makes this side hold, over all its connections. */
  Budget received() {
    return received;
  }

  /** Bytes that this peer may send ahead on streams, over all its connections. */
  Budget windows() {
    return windows;
  }

  long lastUsed() {
    return lastUsed;
  }

  /** The manager's gate is open. */
  void gateOpened() {
    home.execute(
        () -> {
          var waiting = List.copyOf(atTheGate);
          atTheGate.clear();
          waiting.forEach(Runnable::run);
          if (standing == PeerStanding.LISTED && mayDial()) {
            beginToDial();
          }
        });
  }

  /** Ends it for good. */
  void shutdown(SennitException why) {
    home.execute(() -> shutdownNow(why));
  }

  /** Takes no new connection, says goodbye, and ends for good when all work is done, or in time. */
  void leave(SennitException why, long nanos) {
    home.execute(
        () -> {
          if (shutdown || leaving != null) {
            return;
          }
          leaving = why;
          stopDialing(why);
          channels.leaveAll();
          var limit =
              home.timer(
                  () -> {
                    wasCut = !shutdown && !channels.areIdle();
                    shutdownNow(why);
                  });
          if (channels.areGone() || nanos <= 0) {
            shutdownNow(why);
          } else {
            limit.arm(nanos);
          }
        });
  }

  // --- the loop: the end ---

  private void shutdownNow(SennitException why) {
    if (shutdown) {
      return;
    }
    shutdown = true;
    stopDialing(why);
    setState(State.SHUTDOWN);
    channels.shutdown(why);
    atTheGate.forEach(Runnable::run); // they learn that it is too late
    atTheGate.clear();
    changed.signal();
    grid.gone(this);
  }

  private void stopDialing(SennitException why) {
    var timer = retry;
    if (timer != null) {
      timer.cancel();
    }
    nextRetry = null;
    dropAttempt(why);
    uses.fail(why.in(ErrorContext.peer(host).with(Outcome.DID_NOT_RUN)));
  }

  private void dropAttempt(SennitException why) {
    var trying = attempt;
    attempt = null;
    if (trying != null) {
      trying.abort(why);
    }
  }

  // --- the loop: dialing ---

  private boolean mayDial() {
    return dials()
        && attempt == null
        && channels.current() == null
        && !shutdown
        && leaving == null
        && grid.isGateOpen();
  }

  private boolean isWanted() {
    return standing == PeerStanding.LISTED || everWanted && home.nanoTime() - wantedUntil < 0;
  }

  private void wantFor(long nanos) {
    long until = home.nanoTime() + nanos;
    if (!everWanted || until - wantedUntil > 0) {
      wantedUntil = until;
    }
    everWanted = true;
  }

  /**
   * The one whom the rule names dials at once, the other a moment later, so that both seldom do.
   */
  private void beginToDial() {
    if (grid.dialsFirst(host)) {
      dial();
    } else if (!resting) {
      attemptStart = home.nanoTime();
      rest(grid.settings().backoff().nanos(1, home.random()));
    }
  }

  private void dialWhenRested() {
    if (!resting) {
      dial();
    }
  }

  private void used(Use use) {
    var up = channels.current();
    if (up != null) {
      use.ready(home, up);
    } else if (standing == PeerStanding.LEARNED && attempt == null && (resting || !mayDial())) {
      use.fail(notConnected());
    } else if (standing == PeerStanding.LEARNED || arriving.get() > 0) {
      uses.add(use);
      if (mayDial() && !uses.isEmpty()) {
        dial();
      }
    } else {
      use.fail(notConnected());
    }
  }

  private DisconnectedException notConnected() {
    var why = leaving == null ? lastError : leaving;
    return new DisconnectedException(
        "remote disconnected: " + (why == null ? "not connected yet" : why.what()),
        ErrorContext.peer(host).with(Outcome.DID_NOT_RUN),
        why);
  }

  private void dial() {
    nextRetry = null;
    resting = false;
    attemptStart = home.nanoTime();
    if (state == State.UNCONNECTED) {
      setState(State.CONNECTING);
    }
    var next = new DialAttempt(this, form);
    attempt = next;
    try {
      next.start();
    } catch (SennitException e) {
      attemptFailed(next, e);
    } catch (RuntimeException e) { // whatever went wrong, the next attempt may fare better
      attemptFailed(next, new DisconnectedException("cannot dial: " + e, peer(), e));
    }
  }

  private ErrorContext peer() {
    return ErrorContext.peer(host);
  }

  /** An attempt's handshake succeeded: its link becomes a channel. */
  Channel connected(Link link, Extensions extensions, Generation spoken, Origin origin) {
    attempt = null;
    var up = new Channel(this, link, extensions, spoken, origin);
    up.start();
    install(up);
    return up;
  }

  void attemptFailed(DialAttempt failed, SennitException why) {
    if (attempt != failed) {
      return;
    }
    attempt = null;
    failures++;
    if (turnsForm(why)) {
      // The two generations refuse each other's form of the time header: the other is tried at
      // once, and if it is the right one, nothing was wrong.
      refusedForm = why;
      formTurned = true;
      form = other(form);
      dial();
      return;
    }
    lastError = formTurned && refusedForm != null ? refusedForm : why;
    if (failures == 2) { // the first is usual at start-up
      LOG.log(Level.INFO, "{0}: not connected: {1}; trying again", this, why.what());
    }
    if (shutdown || leaving != null) {
      return;
    }
    if (why instanceof DisconnectedException) {
      deaths.refused(why.what());
    }
    if (formTurned) { // neither was right: the one that was right last is tried first again
      formTurned = false;
      refusedForm = null;
      form = other(form);
    }
    dialAfterBackoff(why.what().contains(NOBODY_LISTENS) ? AGAIN_NANOS : Long.MAX_VALUE);
    setState(State.CONNECTION_ERROR);
    uses.fail(notConnected());
  }

  private boolean turnsForm(SennitException why) {
    return why instanceof RejectedException
        && !formTurned
        && !grid.settings().keyed()
        && !shutdown
        && leaving == null;
  }

  private static Generation other(Generation form) {
    return form == Generation.S24 ? Generation.N25 : Generation.S24;
  }

  /** Waits at most so long: a machine that says at once that nobody listens is no burden. */
  private void dialAfterBackoff(long most) {
    long drawn = grid.settings().backoff().nanos(failures + shortLived, home.random());
    long wait = drawn <= most ? drawn : most / 2 + home.random().nextLong(most / 2);
    rest(Math.max(0, wait - (home.nanoTime() - attemptStart)));
  }

  private void rest(long nanos) {
    resting = true;
    nextRetry = isWanted() ? home.wallTime().plusNanos(nanos) : null;
    var timer = retry;
    if (timer == null) {
      timer = home.timer(this::rested);
      retry = timer;
    }
    timer.arm(nanos);
  }

  private void rested() {
    resting = false;
    nextRetry = null;
    if (mayDial() && isWanted()) {
      dial();
    }
  }

  // --- the loop: accepting ---

  /** A peer with the right name stands at the door; on the home loop. */
  void incoming(Incoming who, ConnectRequest request) {
    if (shutdown) {
      refuse(who, "this manager was closed");
    } else if (leaving != null) {
      refuse(who, leaving.what());
    } else if (!grid.isGateOpen()) {
      if (atTheGate.size() >= MAX_AT_THE_GATE) {
        refuse(who, "too many wait for this manager to start");
      } else {
        atTheGate.add(() -> incoming(who, request));
      }
    } else if (mustDial(request.extensions())) {
      refuse(who, "this side dials: " + this);
    } else if (grid.settings().proven() && isOlder(request.introduction().life())) {
      refuse(who, olderLife(request.introduction().life()));
    } else {
      if (peerId != null && !peerId.equals(request.id())) {
        LOG.log(Level.INFO, "{0}: the peer was restarted", this);
      }
      peerId = request.id();
      who.loop().execute(() -> who.welcome(this));
    }
  }

  /** Whether the peer may not dial: unless both can leave a connection without loss. */
  private boolean mustDial(Extensions theirs) {
    boolean either = grid.settings().proven() && theirs.has(Extensions.GOODBYE);
    return !either
        && standing != PeerStanding.GUEST
        && standing != PeerStanding.CLIENT
        && grid.dialsFirst(host);
  }

  /** Whether a life of the peer is over, because a later one was proven. */
  boolean isOlder(Optional<Incarnation> life) {
    return peerLife != null && life.isPresent() && peerLife.isAfter(life.get());
  }

  String olderLife(Optional<Incarnation> life) {
    return "an older incarnation of "
        + host
        + ": "
        + life.orElseThrow()
        + " came after "
        + peerLife;
  }

  private static void refuse(Incoming who, String reason) {
    who.loop().execute(() -> who.reject(reason));
  }

  /** A proven connection is about to be installed; any loop. */
  void arriving() {
    arriving.incrementAndGet();
  }

  // --- the loop: the channels ---

  /** A connection whose handshake has succeeded. */
  void install(Channel up) {
    if (!up.origin().dialed()) {
      arriving.decrementAndGet();
    }
    if (!up.isOpen()) {
      return; // lost before it was known
    }
    if (shutdown || leaving != null) {
      var why = leaving == null ? GridEngine.closing() : leaving;
      up.loop().execute(() -> up.shutdown(why));
      return;
    }
    if (isOlder(up.origin().life())) {
      var why = new RejectedException(olderLife(up.origin().life()), peer());
      up.loop().execute(() -> up.abort(why));
      return;
    }
    up.origin().life().ifPresent(life -> peerLife = life);
    deaths.heard(up.origin().life());
    dropAttempt(new DisconnectedException("the peer dialed", peer()));
    var timer = retry;
    if (timer != null) {
      timer.cancel();
    }
    resting = false;
    nextRetry = null;
    connects++;
    failures = 0;
    formTurned = false;
    refusedForm = null;
    boolean used = channels.add(up);
    count();
    LOG.log(
        Level.INFO,
        "{0}: connected{1}",
        this,
        !used ? " twice" : up.extensions().isSennit() ? "" : " to an original peer");
    if (used) {
      connectedAt = home.nanoTime();
    }
    setState(State.CONNECTED);
    var now = channels.current();
    if (now != null) {
      uses.ready(now);
    }
  }

  /** The peer's first message on a connection that this side dialed shows that it took it. */
  void confirmed(Channel up) {
    home.execute(() -> channels.confirmed(up));
  }

  /** The peer begins no more calls on a channel, and wants none. */
  void goodbye(Channel from) {
    home.execute(
        () -> {
          if (channels.goodbye(from) && channels.current() == null && !shutdown) {
            deaths.goodbye();
            unconnected(
                new DisconnectedException("remote disconnected: the peer said goodbye", peer()),
                false);
          }
        });
  }

  private void count() {
    boolean counts =
        (standing == PeerStanding.LEARNED || standing == PeerStanding.CLIENT)
            && !channels.areGone();
    if (counts != isCounted) {
      isCounted = counts;
      grid.countUnlisted(counts ? 1 : -1);
    }
  }

  /** A channel ended; on its loop. */
  void channelEnded(Channel down, SennitException why) {
    home.execute(() -> lost(down, why));
  }

  private void lost(Channel down, SennitException why) {
    if (why.getCause() instanceof io.sennit.core.ProtocolException) {
      lostProtocol++;
    }
    boolean wasCurrent = channels.lost(down);
    count();
    if (shutdown) {
      changed.signal();
    } else if (leaving != null) {
      if (channels.areGone()) {
        shutdownNow(leaving);
      }
    } else if (wasCurrent && channels.current() == null) {
      deaths.lost(down.wasSilent(), why.what());
      if (deaths.areWanted()) {
        wantFor(PROBE_NANOS); // an attempt shows whether anybody is there
      }
      unconnected(why, true);
    }
    forgetIfGone(why);
  }

  private void unconnected(SennitException why, boolean atOnce) {
    lastError = why;
    lastUsed = grid.runner().nanoTime();
    LOG.log(Level.INFO, "{0}: {1}", this, why.what());
    if (dials()) {
      boolean wasStable = home.nanoTime() - connectedAt >= grid.settings().stable().toNanos();
      attemptStart = home.nanoTime();
      if (!wasStable || !atOnce) {
        shortLived++; // a peer that accepts and drops, or a twin, is asked less and less
        dialAfterBackoff(Long.MAX_VALUE);
      } else {
        shortLived = 0;
      }
    }
    setState(State.CONNECTION_ERROR);
    if (isWanted() && mayDial() && !resting) {
      beginToDial();
    }
  }

  /** Who only came by is no more once its last connection has ended. */
  private void forgetIfGone(SennitException why) {
    boolean passing = standing == PeerStanding.CLIENT || standing == PeerStanding.GUEST;
    if (passing && channels.areGone() && arriving.get() == 0 && !shutdown) {
      lastError = why;
      shutdownNow(new DisconnectedException("remote disconnected: " + why.what(), peer(), why));
    }
  }

  private void setState(State next) {
    if (state != next) {
      state = next;
      changed.signal();
      watchers.tell(this, next);
      grid.changed(this, next);
    }
  }

  GridEngine grid() {
    return grid;
  }

  /** The id of the last connection that this side lost, to be told when it dials. */
  String lostId() {
    return channels.lostId();
  }

  /** Whether it comes as a node, so that its name must be right. */
  boolean isNamed() {
    return grid.settings().role() == Role.PEER;
  }

  /** {@code local->remote}. */
  @Override
  public String toString() {
    return grid.settings().local() + "->" + host;
  }
}
