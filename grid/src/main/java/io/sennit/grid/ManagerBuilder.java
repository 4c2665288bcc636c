package io.sennit.grid;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.Tls;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.loop.Backoff;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.engine.ClusterProof;
import io.sennit.grid.engine.EngineSettings;
import io.sennit.grid.engine.HostText;
import io.sennit.grid.engine.Trust;
import io.sennit.grid.wire.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a manager may be told before it starts. Seed: {@code ManagerOptions}. */
public final class ManagerBuilder {
  private static final Duration HOUR = Duration.ofHours(1);

  private @Nullable String local;
  private @Nullable Address listen;
  private final List<String> hosts = new ArrayList<>();
  private @Nullable Trust trust;
  private @Nullable Tls tls;
  private @Nullable Fabric fabric;
  private @Nullable UUID id;
  private String route = Manager.ROUTE_PATH;
  private boolean gated;
  private Generation generation = Generation.S24;
  private boolean strictHandshake;
  private boolean extensions = true;
  private Role role = Role.PEER;
  private @Nullable Boolean unlisted;
  private int maxLearned = 10_000;
  private int maxUnlisted = 4_096;
  private @Nullable Incarnation life;
  private @Nullable DeathOracle oracle;
  private int maxGuests = 16;
  private int maxMessage = 64 << 20;
  private long queueBytes = Math.min(128L << 20, Runtime.getRuntime().maxMemory() / 8);
  private long window = 1 << 20;
  private long received = Runtime.getRuntime().maxMemory() / 16;
  private long receivedInAll = Runtime.getRuntime().maxMemory() / 4;
  private int maxHandlers = 10_000;
  private Duration callDeadline = Duration.ofSeconds(60);
  private Duration ping = Duration.ofSeconds(10);
  private Duration muxPing = Duration.ofSeconds(15);
  private Duration stable = Duration.ofSeconds(5);
  private Backoff backoff = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));

  ManagerBuilder() {}

  /**
   * This side's host string, {@code scheme://host:port}, spelt as all peers spell it. Default: the
   * address it listens at.
   */
  public ManagerBuilder local(String host) {
    HostText.address(host);
    local = host;
    return this;
  }

  /** Where to listen; port 0 for a free one. Default: nowhere, then it can only dial. */
  public ManagerBuilder listen(Address at) {
    listen = at;
    return this;
  }

  /**
   * The host strings of the peers; this side's own among them is skipped. More can be added later.
   */
  public ManagerBuilder hosts(Collection<String> peers) {
    var seen = new ArrayList<String>(hosts);
    for (var host : peers) {
      HostText.address(host);
      if (seen.contains(host)) {
        throw new ConfigException("hosts", host, "each host once");
      }
      seen.add(host);
    }
    hosts.clear();
    hosts.addAll(seen);
    return this;
  }

  /**
   * How this side proves itself and checks its peers by tokens, as original peers do; this or
   * {@link #key} must be set, and the later of the two counts.
   */
  public ManagerBuilder auth(Authenticator tokens) {
    trust = new Trust.ByToken(tokens);
    return this;
  }

  /**
   * The cluster's key, which both sides of a connection prove to each other, in a way that nobody
   * can use again; for Sennit peers only. To change the key of a running cluster, first give all
   * nodes the new one as also accepted, then make it the first, then leave the old one away.
   *
   * @param primary proves this side when it dials
   * @param alsoAccepted other keys by which peers may prove themselves
   */
  public ManagerBuilder key(ClusterKey primary, ClusterKey... alsoAccepted) {
    var all = new ArrayList<ClusterKey>();
    all.add(primary);
    all.addAll(List.of(alsoAccepted));
    trust = new Trust.ByKey(new ClusterProof(all));
    return this;
  }

  /**
   * Whether peers are let in that nobody listed, if they prove the cluster's key, or their
   * certificate under {@link Tls#mutual mutual TLS}; then also plain clients, see {@link
   * #dialsOnly}, and either side of a pair may dial. Default: yes with a key, no without.
   */
  public ManagerBuilder unlisted(boolean admitted) {
    unlisted = admitted;
    return this;
  }

  /**
   * Learned peers that are remembered while they are not connected, 1 to 1,000,000; see {@link
   * Manager#learn}. Default 10,000.
   */
  public ManagerBuilder maxLearned(int count) {
    maxLearned = (int) range("maxLearned", count, 1, 1_000_000);
    return this;
  }

  /**
   * Connections at once of peers that nobody listed, plain clients among them, 0 to 1,000,000; more
   * are refused in the handshake, and counted in {@link Manager#refusals}. Default 4,096.
   */
  public ManagerBuilder maxUnlisted(int count) {
    maxUnlisted = (int) range("maxUnlisted", count, 0, 1_000_000);
    return this;
  }

  /**
   * Which life of the process this is: peers refuse an older one than they know, and give up what
   * they had with it when a newer one comes. Default: a first one, made at the start, so that a
   * clock that was set back keeps a process out until it has caught up; who has a folder keeps it
   * there.
   */
  public ManagerBuilder incarnation(Incarnation of) {
    life = of;
    return this;
  }

  /** Certificates: then host strings say {@code https}. */
  public ManagerBuilder tls(Tls certificates) {
    tls = certificates;
    return this;
  }

  /** What it stands on; closed by whoever made it. Default: the real machine, closed with it. */
  public ManagerBuilder fabric(Fabric ground) {
    fabric = ground;
    return this;
  }

  /** The instance's id. Default: random. */
  public ManagerBuilder id(UUID instance) {
    id = instance;
    return this;
  }

  /** The HTTP path, {@value Manager#ROUTE_PATH} unless said; the same on all peers. */
  public ManagerBuilder route(String path) {
    if (!path.startsWith("/")) {
      throw new ConfigException("route", path, "a path that starts with a slash");
    }
    route = path;
    return this;
  }

  /** Nothing connects before {@link Manager#openGate}. Seed: {@code BlockConnect}. */
  public ManagerBuilder gated() {
    gated = true;
    return this;
  }

  /** The generation a dialer takes an original peer for at first; it adapts. Default S24. */
  public ManagerBuilder generation(Generation first) {
    generation = first;
    return this;
  }

  /** Whether dialers must send time and token in the handshake; S24 dialers do not. Default no. */
  public ManagerBuilder strictHandshake(boolean strict) {
    strictHandshake = strict;
    return this;
  }

  /** Whether the Sennit extensions are offered; without them it behaves as an original peer. */
  public ManagerBuilder extensions(boolean offered) {
    extensions = offered;
    return this;
  }

  /**
   * Comes to all others as a guest: a command that asks running processes and is no node itself. It
   * dials whomever it knows, listens nowhere, has no name, and may only call {@link
   * Reserved#CONTROL}; all else it asks is refused with a {@link io.sennit.core.RejectedException}.
   * docs/protocol/grid.md §9.5.
   */
  public ManagerBuilder guest() {
    role = Role.GUEST;
    return this;
  }

  /**
   * Comes to all others as a plain client: a process that only dials. It calls and serves like a
   * node, is called back on the connections it made, and is forgotten with them; it is never dialed
   * and needs no host string. Those it calls must let in {@link #unlisted} peers.
   */
  public ManagerBuilder dialsOnly() {
    role = Role.CLIENT;
    return this;
  }

  /** Guests let in at once, 0 to 1024. Default 16. */
  public ManagerBuilder maxGuests(int count) {
    maxGuests = (int) range("maxGuests", count, 0, 1024);
    return this;
  }

  /** Bytes of the longest payload, 64 KiB to 1 GiB. Default 64 MiB. */
  public ManagerBuilder maxMessage(int bytes) {
    maxMessage = (int) range("maxMessage", bytes, 64 << 10, 1 << 30);
    return this;
  }

  /**
   * Payload bytes queued towards one peer, at least 64 KiB. Default 128 MiB, or an eighth of the
   * heap if that is less.
   */
  public ManagerBuilder queueBytes(long bytes) {
    queueBytes = range("queueBytes", bytes, 64 << 10, 1L << 40);
    return this;
  }

  /** Bytes a Sennit peer may send ahead on one stream, 1 KiB to 1 GiB. Default 1 MiB. */
  public ManagerBuilder window(long bytes) {
    window = range("window", bytes, 1 << 10, 1 << 30);
    return this;
  }

  /**
   * Bytes that peers may make this side hold: requests until their handlers return, items of
   * streams until they are taken, large payloads that have come in part. Beyond either bound calls
   * are refused with {@link NodeBusyException}, and streams get less credit. A single payload above
   * a bound passes while little else is held. Default: a sixteenth of the heap for one peer, a
   * quarter for all together; {@link #maxMessage} should be no more than a sixteenth of the heap.
   *
   * @param onePeer at least 64 KiB
   * @param inAll at least {@code onePeer}
   */
  public ManagerBuilder received(long onePeer, long inAll) {
    received = range("received of one peer", onePeer, 64 << 10, 1L << 40);
    receivedInAll = range("received in all", inAll, onePeer, 1L << 40);
    return this;
  }

  /** Handlers of one peer running at once, inline ones not counted. Default 10000. */
  public ManagerBuilder maxHandlers(int count) {
    maxHandlers = (int) range("maxHandlers", count, 1, 10_000_000);
    return this;
  }

  /** The deadline of calls that have none. Default 60 s. */
  public ManagerBuilder callDeadline(Duration limit) {
    callDeadline = range("callDeadline", limit, Duration.ofMillis(1), Duration.ofDays(49));
    return this;
  }

  /**
   * Interval of connection pings; two unanswered end the connection. Default 10 s, 10 ms to 1 h.
   */
  public ManagerBuilder ping(Duration interval) {
    ping = range("ping", interval, Duration.ofMillis(10), HOUR);
    return this;
  }

  /**
   * Interval of stream pings; two unanswered end the stream, and a server ends one that is silent
   * for four. Default 15 s, 10 ms to 1 h.
   */
  public ManagerBuilder muxPing(Duration interval) {
    muxPing = range("muxPing", interval, Duration.ofMillis(10), HOUR);
    return this;
  }

  /**
   * How long to wait between attempts to connect, and how long a connection must have stood for its
   * loss to be answered at once. Default 250 ms doubling to 5 s, and 5 s.
   */
  public ManagerBuilder backoff(Backoff waits, Duration stableAfter) {
    backoff = waits;
    stable = stableAfter;
    return this;
  }

  /**
   * Starts it; waits until the port is bound.
   *
   * @throws ConfigException if something is missing or contradicts itself
   * @throws io.sennit.core.DisconnectedException if the port cannot be bound
   */
  public Manager start() {
    return Manager.start(this);
  }

  private static long range(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new ConfigException(key, String.valueOf(value), "a number from " + min + " to " + max);
    }
    return value;
  }

  private static Duration range(String key, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new ConfigException(key, value.toString(), "a duration from " + min + " to " + max);
    }
    return value;
  }

  Optional<Fabric> fabric() {
    return Optional.ofNullable(fabric);
  }

  Optional<Address> listen() {
    return Optional.ofNullable(listen);
  }

  Optional<UUID> id() {
    return Optional.ofNullable(id);
  }

  List<String> hosts() {
    return hosts;
  }

  boolean isGated() {
    return gated;
  }

  /**
   * Who is told what the connections say of their peers' lives: that one was heard and which life
   * it proved, lost without goodbye, then refused, silent, or said goodbye. Default: nobody.
   */
  public ManagerBuilder oracle(DeathOracle told) {
    oracle = told;
    return this;
  }

  Optional<Incarnation> life() {
    return Optional.ofNullable(life);
  }

  /** The host string: as told, or that of the port it was given. */
  String local(Optional<Address> bound, UUID instance) {
    if (role == Role.GUEST) {
      return "guest"; // a name that no peer can have
    }
    if (local == null && role == Role.CLIENT) {
      return "client-%016x".formatted(instance.getLeastSignificantBits());
    }
    if (local != null) {
      boolean secure = EngineSettings.isSecure(local);
      if (listen != null && secure != (tls != null)) {
        throw new ConfigException(
            "local",
            local,
            secure ? "certificates in tls beside it" : "https, because tls is given");
      }
      return local;
    }
    if (bound.isEmpty()) {
      throw new ConfigException("local", "none", "this side's host string, or where to listen");
    }
    return HostText.of(bound.get(), tls != null);
  }

  private Trust checkedTrust() {
    if (trust == null) {
      throw new ConfigException(
          "auth", "none", "an Authenticator, or the cluster's key with key(...)");
    }
    if (role == Role.GUEST && (local != null || listen != null || !extensions)) {
      throw new ConfigException(
          "guest", "true", "neither local nor listen beside it, and the extensions");
    }
    if (role == Role.CLIENT && (listen != null || !extensions)) {
      throw new ConfigException("dialsOnly", "true", "no listen beside it, and the extensions");
    }
    if (role == Role.PEER && local == null && listen == null) {
      throw new ConfigException("local", "none", "this side's host string, or where to listen");
    }
    return trust;
  }

  EngineSettings settings() {
    var checked = checkedTrust();
    boolean keyed = checked instanceof Trust.ByKey;
    if (keyed && !extensions) {
      throw new ConfigException(
          "extensions", "false", "true beside a key, which is proven by them; or auth(...)");
    }
    boolean admits = unlisted == null ? keyed : unlisted;
    if (admits && !keyed && (tls == null || !tls.mutual() || !extensions)) {
      throw new ConfigException(
          "unlisted", "true", "a key or mutual TLS, by which such peers prove themselves");
    }
    return new EngineSettings(
        "",
        new UUID(0, 0),
        new Incarnation(1, 0), // until it is identified
        checked,
        route,
        Optional.ofNullable(tls),
        generation,
        strictHandshake,
        extensions,
        maxMessage,
        queueBytes,
        window,
        received,
        receivedInAll,
        maxHandlers,
        callDeadline,
        Duration.ofSeconds(5),
        ping,
        muxPing,
        muxPing.multipliedBy(4),
        backoff,
        role,
        admits,
        maxLearned,
        maxUnlisted,
        Optional.ofNullable(oracle),
        maxGuests,
        stable);
  }
}
