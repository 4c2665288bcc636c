package io.sennit.grid;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.loop.Backoff;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.engine.GridSettings;
import io.sennit.grid.engine.HostText;
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
  private @Nullable Authenticator auth;
  private @Nullable Tls tls;
  private @Nullable Fabric fabric;
  private @Nullable UUID id;
  private String route = Manager.ROUTE_PATH;
  private boolean gated;
  private Generation generation = Generation.S24;
  private boolean strictHandshake;
  private boolean extensions = true;
  private boolean guest;
  private int maxGuests = 16;
  private int maxMessage = 64 << 20;
  private long queueBytes = 128L << 20;
  private long window = 1 << 20;
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

  /** How this side proves itself and checks its peers; must be set, or {@link #key}. */
  public ManagerBuilder auth(Authenticator tokens) {
    auth = tokens;
    return this;
  }

  /** Tokens derived from the cluster's key. */
  public ManagerBuilder key(ClusterKey key) {
    auth = new ClusterTokens(key);
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
    guest = true;
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

  /** Payload bytes queued towards one peer, at least 64 KiB. Default 128 MiB. */
  public ManagerBuilder queueBytes(long bytes) {
    queueBytes = range("queueBytes", bytes, 64 << 10, 1L << 40);
    return this;
  }

  /** Bytes a Sennit peer may send ahead on one stream, 1 KiB to 1 GiB. Default 1 MiB. */
  public ManagerBuilder window(long bytes) {
    window = range("window", bytes, 1 << 10, 1 << 30);
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

  /** The host string: as told, or that of the port it was given. */
  String local(Optional<Address> bound) {
    if (guest) {
      return "guest"; // a name that no peer can have
    }
    if (local != null) {
      boolean secure = GridSettings.isSecure(local);
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

  GridSettings settings() {
    if (auth == null) {
      throw new ConfigException(
          "auth", "none", "an Authenticator, or the cluster's key with key(...)");
    }
    if (guest && (local != null || listen != null || !extensions)) {
      throw new ConfigException(
          "guest", "true", "neither local nor listen beside it, and the extensions");
    }
    if (!guest && local == null && listen == null) {
      throw new ConfigException("local", "none", "this side's host string, or where to listen");
    }
    return new GridSettings(
        "",
        new UUID(0, 0),
        auth,
        route,
        Optional.ofNullable(tls),
        generation,
        strictHandshake,
        extensions,
        maxMessage,
        queueBytes,
        window,
        maxHandlers,
        callDeadline,
        Duration.ofSeconds(5),
        ping,
        muxPing,
        muxPing.multipliedBy(4),
        backoff,
        guest,
        maxGuests,
        stable);
  }
}
