package io.sennit.grid.engine;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.RejectedException;
import io.sennit.core.loop.Budget;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import io.sennit.core.spi.Runner;
import io.sennit.grid.Connection;
import io.sennit.grid.Registration;
import io.sennit.grid.State;
import io.sennit.grid.wire.DialRule;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Role;
import io.sennit.grid.wire.WebSocketFraming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One manager's connections: who they are to, what they share, and the door for incoming ones. */
public final class GridEngine implements Links.Acceptor {
  /** What a message may take beyond its payload. */
  static final int ENVELOPE = 1024;

  /**
   * What a frame may take beyond the longest payload. Original peers merge messages up to 31 KiB
   * and then one of any size, each with an envelope; docs/protocol/grid.md §3.8.
   */
  static final int BEYOND_PAYLOAD = 32 * 1024 + 51 * 64 + ENVELOPE;

  private static final int MAX_PENDING = 128;

  private final Fabric fabric;
  private final Targets targets = new Targets();
  private final ConcurrentNavigableMap<String, Remote> remotes = new ConcurrentSkipListMap<>();
  private final AtomicLong protocolErrors = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Guests guests = new Guests(this);
  private final Doorstep doorstep = new Doorstep();
  private final OpenLinks openLinks = new OpenLinks();
  private final Watchers<Connection, State> watchers = new Watchers<>();
  private final ConcurrentNavigableMap<Long, Remote> leaving = new ConcurrentSkipListMap<>();
  private final AtomicLong left = new AtomicLong(); // numbers of those that are left
  private final AtomicInteger learned = new AtomicInteger();
  private final Budget received;
  private final Budget windows;
  private final AtomicInteger unlisted = new AtomicInteger(); // that are connected
  private final Function<Remote, Connection> faces;
  private volatile EngineSettings settings;
  private volatile boolean gateOpen;
  private volatile boolean closed;
  private volatile boolean drained;

  /**
   * With its gate closed: nothing connects before {@link #openGate}.
   *
   * @param settings whose host string may still be empty, see {@link #name}
   * @param faces makes what users see of a peer
   */
  public GridEngine(EngineSettings settings, Fabric fabric, Function<Remote, Connection> faces) {
    this.settings = settings;
    this.fabric = fabric;
    this.faces = faces;
    long forWindows = EngineSettings.forWindows(settings.receivedInAll());
    this.received = new Budget(settings.receivedInAll() - forWindows);
    this.windows = new Budget(forWindows);
  }

  /** Listens; the manager's route is answered on that port. */
  public void listen(Loop loop, Address at, Done<Links.Listener> done) {
    var spec =
        spec(settings.tls().isPresent())
            .withOpening(new Opening.Answer(settings.route(), this::guard));
    fabric.links().listen(loop, at, spec, this, done);
  }

  /** Sets this side's host string, which may be that of the port it was given; before any peer. */
  public void name(String local) {
    settings = settings.named(local, settings.id(), settings.life());
  }

  /** Sets the instance's id and the process's incarnation; before it is named. */
  public void identify(UUID id, Incarnation life) {
    settings = settings.named(settings.local(), id, life);
  }

  // --- the peers ---

  /** The connection to a listed host, made if there is none; dialed once the gate is open. */
  public Remote add(String host) {
    return known(host, PeerStanding.LISTED);
  }

  /**
   * The connection to a host, made if there is none; dialed when it is used. Where peers prove
   * nothing the dial rule has no exception, so there it is listed.
   */
  public Remote learn(String host) {
    return known(host, settings.proven() ? PeerStanding.LEARNED : PeerStanding.LISTED);
  }

  private Remote known(String host, PeerStanding wanted) {
    if (host.equals(settings.local())) {
      throw new ConfigException("grid host", host, "another host than this one");
    }
    HostText.peer(host);
    if (EngineSettings.isSecure(host)) {
      tlsOrExplain();
    }
    while (true) {
      var known = remotes.get(host);
      if (known == null) {
        known = put(new Remote(this, host, wanted, fabric.loop()));
      }
      if (known != null) {
        if (wanted == PeerStanding.LISTED && !known.list()) {
          throw new ConfigException("grid host", host, "a peer's, not that of a plain client");
        }
        return known;
      }
    }
  }

  /** Puts a new one in; null if another was first. */
  private @Nullable Remote put(Remote fresh) {
    if (remotes.putIfAbsent(fresh.host(), fresh) != null) {
      return null;
    }
    if (fresh.standing() == PeerStanding.LEARNED
        && learned.incrementAndGet() > settings.maxLearned()) {
      forgetOldest(fresh);
    }
    if (gateOpen) {
      fresh.gateOpened();
    }
    if (closed || drained) {
      fresh.shutdown(closing());
    }
    return fresh;
  }

  /** Too many learned peers: the one that is not connected and was not used for longest goes. */
  private void forgetOldest(Remote fresh) {
    Remote oldest = null;
    int unconnected = 0;
    for (var one : remotes.values()) {
      if (one != fresh && one.standing() == PeerStanding.LEARNED && one.channel() == null) {
        unconnected++;
        oldest = oldest == null || one.lastUsed() - oldest.lastUsed() < 0 ? one : oldest;
      }
    }
    if (oldest != null
        && unconnected >= settings.maxLearned()
        && remotes.remove(oldest.host(), oldest)) {
      learned.decrementAndGet();
      oldest.shutdown(
          new DisconnectedException(
              "forgotten: " + settings.maxLearned() + " learned peers were used later",
              ErrorContext.peer(oldest.host())));
    }
  }

  /**
   * The connection to a proven peer that nobody listed.
   *
   * @throws RejectedException if such are not let in
   */
  Remote admitted(String host) throws RejectedException {
    var known = remotes.get(host);
    if (known == null && !settings.unlisted()) {
      throw unknown(host);
    }
    checkRoom(host);
    var remote = known == null ? learn(host) : known;
    if (remote.standing() == PeerStanding.CLIENT) {
      throw new RejectedException("the name " + host + " is a plain client's", ErrorContext.NONE);
    }
    return remote;
  }

  /**
   * The connection to a proven plain client.
   *
   * @param loop its home
   * @throws RejectedException if such are not let in, or its name is a peer's
   */
  Remote client(String name, Loop loop) throws RejectedException {
    if (!settings.unlisted()) {
      throw unknown(name);
    }
    checkRoom(name);
    while (true) {
      var known = remotes.get(name);
      if (known == null) {
        known = put(new Remote(this, name, PeerStanding.CLIENT, loop));
      } else if (known.standing() != PeerStanding.CLIENT) {
        throw new RejectedException("the name " + name + " is a peer's", ErrorContext.NONE);
      }
      if (known != null) {
        return known;
      }
    }
  }

  /**
   * Whether one more that nobody listed may be connected.
   *
   * @throws RejectedException if it would be one too many; not for whom the user listed, nor for
   *     who replaces a connection of its own
   */
  void checkRoom(String host) throws RejectedException {
    if (unlisted.get() < settings.maxUnlisted()) {
      return;
    }
    var known = remotes.get(host);
    if (known == null || !known.isListed() && known.openChannels().isEmpty()) {
      throw new RejectedException(
          "too many unlisted peers are connected: " + settings.maxUnlisted(),
          ErrorContext.advice("List the peers that must always get in, or raise maxUnlisted."));
    }
  }

  /** A peer that nobody listed is connected (1), or no longer (-1). */
  void countUnlisted(int more) {
    unlisted.addAndGet(more);
  }

  RejectedException unknown(String host) {
    return new RejectedException(
        "unknown incoming host: " + host,
        ErrorContext.advice(
            "Known hosts: " + hostsForPeople().orElse("none besides this one") + "."));
  }

  /** The connection to a host, if there is one. */
  public @Nullable Remote remote(String host) {
    return remotes.get(host);
  }

  /** All of them, by host. */
  public Collection<Remote> remotes() {
    return remotes.values();
  }

  /** All that have or may have connections: peers, guests, and those that were removed. */
  public List<Remote> everybody() {
    var all = new ArrayList<>(remotes.values());
    all.addAll(guests.present());
    all.addAll(leaving.values());
    return all;
  }

  /**
   * Forgets a peer: says goodbye, lets calls in flight end for so long, and dials no more.
   *
   * @return false if there is none
   */
  public boolean remove(String host, Duration limit) {
    var remote = remotes.remove(host);
    if (remote == null) {
      return false;
    }
    if (remote.standing() == PeerStanding.LEARNED) {
      learned.decrementAndGet();
    }
    leaving.put(left.incrementAndGet(), remote);
    remote.leave(
        new DisconnectedException("this side removed the peer", ErrorContext.peer(host)),
        limit.toNanos());
    return true;
  }

  /** A peer has ended for good. */
  void gone(Remote remote) {
    leaving.values().remove(remote);
    if (remote.standing() == PeerStanding.CLIENT) {
      remotes.remove(remote.host(), remote);
    }
  }

  /** Lets connections begin, both ways. */
  public void openGate() {
    gateOpen = true;
    doorstep.open();
    remotes.values().forEach(Remote::gateOpened);
    guests.present().forEach(Remote::gateOpened);
  }

  /** Leaves all peers: no new connection, goodbye to all, time for what is in flight. */
  public void drain(Duration limit) {
    drained = true;
    var why = new DisconnectedException("this manager is being drained", ErrorContext.NONE);
    everybody().forEach(r -> r.leave(why, limit.toNanos()));
  }

  /**
   * Ends all connections for good: the links that ride on them first, which have 2 s to send what
   * they were given.
   *
   * @param then done once, when the ends of all connections were asked for
   */
  public void close(Runnable then) {
    closed = true;
    doorstep.open();
    openLinks.end(
        fabric.quietLoop(),
        () -> {
          everybody().forEach(r -> r.shutdown(closing()));
          then.run();
        });
  }

  static DisconnectedException closing() {
    return new DisconnectedException("this manager was closed", ErrorContext.NONE);
  }

  LinkSpec spec(boolean tls) {
    var spec =
        LinkSpec.of(new WebSocketFraming())
            .withBounds(
                settings.maxMessage() + BEYOND_PAYLOAD,
                // to an original peer a payload is one frame, whatever its length
                Math.max(settings.queueBytes(), settings.maxMessage()) + (16L << 20))
            .withMaxPending(MAX_PENDING);
    return tls ? spec.withTls(tlsOrExplain()) : spec;
  }

  private io.sennit.core.Tls tlsOrExplain() {
    return settings
        .tls()
        .orElseThrow(
            () ->
                new ConfigException(
                    "tls", "none", "certificates, because a host string says https or wss"));
  }

  // --- the door ---

  @Override
  public Loop place() {
    return fabric.loop();
  }

  @Override
  public Link.Handler accept(Link link) {
    if (closed || drained) {
      throw new RejectedException(
          closed ? "this manager was closed" : "this manager is being drained", ErrorContext.NONE);
    }
    if (settings.local().isEmpty()) {
      throw new RejectedException("this manager is still starting", ErrorContext.NONE);
    }
    return new Incoming(this, link);
  }

  private void guard(Map<String, List<String>> headers, Peer peer) {
    try {
      var time = first(headers, "x-minio-time");
      switch (settings.trust()) {
        case Trust.ByKey(var proof) -> proof.checkToken(bearer(headers), time);
        case Trust.ByToken(var auth) -> auth.check(bearer(headers), peer);
      }
      HeaderTime.check(time, fabric.runner().wallTime());
    } catch (RejectedException e) {
      refused(peer.address().toString(), e.what());
      throw e;
    }
  }

  private static String bearer(Map<String, List<String>> headers) {
    var header = first(headers, "authorization");
    return header.startsWith("Bearer ") ? header.substring(7) : "";
  }

  private static String first(Map<String, List<String>> headers, String name) {
    var values = headers.get(name);
    return values == null || values.isEmpty() ? "" : values.getFirst();
  }

  // --- what its parts share ---

  /** What was fixed at the start. */
  public EngineSettings settings() {
    return settings;
  }

  /** The handlers. */
  public Targets targets() {
    return targets;
  }

  /** How user code starts and waits. */
  public Runner runner() {
    return fabric.runner();
  }

  /** Bytes that all peers together make this side hold. */
  Budget received() {
    return received;
  }

  /** Bytes that all peers together may send ahead on streams. */
  Budget windows() {
    return windows;
  }

  Links links() {
    return fabric.links();
  }

  boolean isGateOpen() {
    return gateOpen;
  }

  boolean isClosed() {
    return closed;
  }

  /** Callers that are no peers. */
  public Guests guests() {
    return guests;
  }

  /** What this side says of itself in a handshake. */
  Extensions offer() {
    if (!settings.extensions()) {
      return Extensions.NONE;
    }
    var offer = Extensions.offer(settings.window(), settings.maxMessage());
    return offer.as(settings.role());
  }

  /** Whether this side is the one to dial a peer, where only one of the two may. */
  boolean dialsFirst(String host) {
    return settings.role() != Role.PEER || DialRule.dials(settings.local(), host);
  }

  /** What users see of a peer. */
  Connection face(Remote remote) {
    return faces.apply(remote);
  }

  /** Told each change of state of any peer, on that peer's loop. */
  public Registration watch(BiConsumer<Connection, State> watcher) {
    return watchers.add(watcher);
  }

  void changed(Remote remote, State now) {
    if (remote.standing() != PeerStanding.GUEST) {
      watchers.tell(remote.connection(), now);
    }
  }

  /** The links that ride on its connections. */
  OpenLinks openLinks() {
    return openLinks;
  }

  /** Those whose handshake has begun and not ended. */
  Doorstep doorstep() {
    return doorstep;
  }

  /** Connections ended so far because of malformed input. */
  public long protocolErrors() {
    return protocolErrors.get();
  }

  /** Incoming connections refused so far. */
  public long refusals() {
    return refusals.get();
  }

  void malformed() {
    protocolErrors.incrementAndGet();
  }

  void refused(String who, String why) {
    // The first refusals are worth a line each; a flood of them is worth one now and then.
    long count = refusals.incrementAndGet();
    if (count <= 10 || Long.bitCount(count) == 1) {
      System.getLogger(GridEngine.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "refused an incoming connection of {0}: {1} ({2} refused so far)",
              who,
              why,
              count);
    }
  }

  Optional<String> hostsForPeople() {
    return remotes.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", remotes.keySet()));
  }
}
