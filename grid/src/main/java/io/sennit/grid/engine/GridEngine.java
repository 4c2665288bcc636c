package io.sennit.grid.engine;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.core.spi.Peer;
import io.sennit.core.spi.Runner;
import io.sennit.grid.wire.DialRule;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.WebSocketFraming;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One manager's connections: who they are to, what they share, and the door for incoming ones. */
public final class GridEngine implements Links.Acceptor {
  /** What a message may take beyond its payload. */
  static final int ENVELOPE = 1024;

  private static final int MAX_PENDING = 128;

  private final Fabric fabric;
  private final Targets targets = new Targets();
  private final ConcurrentNavigableMap<String, Remote> remotes = new ConcurrentSkipListMap<>();
  private final AtomicLong protocolErrors = new AtomicLong();
  private final AtomicLong refusals = new AtomicLong();
  private final Guests guests = new Guests(this);
  private volatile GridSettings settings;
  private volatile boolean gateOpen;
  private volatile boolean closed;

  /**
   * With its gate closed: nothing connects before {@link #openGate}.
   *
   * @param settings whose host string may still be empty, see {@link #name}
   */
  public GridEngine(GridSettings settings, Fabric fabric) {
    this.settings = settings;
    this.fabric = fabric;
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
    settings = settings.named(local, settings.id());
  }

  /** Sets the instance's id; before it is named. */
  public void identify(UUID id) {
    settings = settings.named(settings.local(), id);
  }

  /** The connection to a host, made if there is none; starts to connect once the gate is open. */
  public Remote add(String host) {
    if (host.equals(settings.local())) {
      throw new ConfigException("grid host", host, "another host than this one");
    }
    HostText.address(host);
    boolean dials = settings.guest() || DialRule.dials(settings.local(), host);
    var fresh = new Remote(this, host, dials, fabric.loop());
    var known = remotes.putIfAbsent(host, fresh);
    if (known != null) {
      return known;
    }
    if (gateOpen) {
      fresh.gateOpened();
    }
    if (closed) {
      fresh.shutdown(closing());
    }
    return fresh;
  }

  /** The connection to a host, if it is one of ours. */
  public @Nullable Remote remote(String host) {
    return remotes.get(host);
  }

  /** All of them, by host. */
  public Collection<Remote> remotes() {
    return remotes.values();
  }

  /** Lets connections begin, both ways. */
  public void openGate() {
    gateOpen = true;
    remotes.values().forEach(Remote::gateOpened);
    guests.present().forEach(Remote::gateOpened);
  }

  /** Ends all connections for good. */
  public void close() {
    closed = true;
    remotes.values().forEach(r -> r.shutdown(closing()));
    guests.present().forEach(r -> r.shutdown(closing()));
  }

  static DisconnectedException closing() {
    return new DisconnectedException("this manager was closed", ErrorContext.NONE);
  }

  LinkSpec spec(boolean tls) {
    var spec =
        LinkSpec.of(new WebSocketFraming())
            .withBounds(settings.maxMessage() + ENVELOPE, settings.queueBytes() + (16L << 20))
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
    if (closed) {
      throw new RejectedException("this manager was closed", ErrorContext.NONE);
    }
    if (settings.local().isEmpty()) {
      throw new RejectedException("this manager is still starting", ErrorContext.NONE);
    }
    return new Incoming(this, link);
  }

  private void guard(Map<String, List<String>> headers, Peer peer) {
    try {
      settings.auth().check(bearer(headers), peer);
      HeaderTime.check(first(headers, "x-minio-time"), fabric.runner().wallTime());
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
  public GridSettings settings() {
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
    return settings.guest() ? offer.asGuest() : offer;
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
