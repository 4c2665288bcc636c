package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Runner;
import io.sennit.mesh.engine.Secrets;
import io.sennit.mesh.engine.TransportSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a mesh is told before it starts. A node of {@code sennit-node} fills it from its
 * configuration; alone it is used like this:
 *
 * <pre>{@code
 * try (var fabric = Fabric.system();
 *     var mesh = Mesh.builder(fabric).bind(Address.parse("127.0.0.1:7400")).start()) {
 *   mesh.handleRpc(10_001, (data, sender) -> data);
 * }
 * }</pre>
 */
public final class MeshBuilder {
  final Fabric fabric;
  Address bind = Address.of("127.0.0.1", 0);
  @Nullable Address advertise;
  String cluster = "sennit";
  @Nullable BiFunction<String, Integer, byte[]> keys;
  @Nullable Incarnation life;
  boolean guest;
  @Nullable Runner runner;
  Duration requestTimeout = Duration.ofSeconds(3);
  Duration retryInterval = Duration.ofMillis(1000);
  Duration retryTimeout = Duration.ofMillis(3000);
  boolean adaptiveRetry = true;
  Duration sendInterval = Duration.ZERO;
  int maxPacketSize = Mesh.MAX_PACKET_SIZE;
  java.util.List<Address> seeds = java.util.List.of();
  String host = "";
  String publicAddress = "";
  String role = "DGS";
  String type = "";
  String zone = "";
  boolean directory;
  @Nullable DeathOracle oracle;

  MeshBuilder(Fabric fabric) {
    this.fabric = fabric;
  }

  /** Where to listen (default: a free port of 127.0.0.1). */
  public MeshBuilder bind(Address at) {
    bind = at;
    return this;
  }

  /** What others are told to reach this node by (default: where it listens). */
  public MeshBuilder advertise(Address at) {
    advertise = at;
    return this;
  }

  /**
   * The cluster's name (default: {@code sennit}). Nodes of different clusters cannot talk.
   *
   * <p>seed: SetAppName
   */
  public MeshBuilder cluster(String name) {
    cluster = name;
    return this;
  }

  /** The cluster's key; without one a mesh listens on loopback only. */
  public MeshBuilder key(ClusterKey key) {
    return keys((purpose, bytes) -> key.derive("sennit mesh " + purpose + " v1", bytes));
  }

  /** Gives key material of the cluster for a purpose, in place of {@link #key}. */
  public MeshBuilder keys(BiFunction<String, Integer, byte[]> derive) {
    keys = derive;
    return this;
  }

  /** Which life of the process this is (default: a first one, from the clock). */
  public MeshBuilder incarnation(Incarnation incarnation) {
    life = incarnation;
    return this;
  }

  /**
   * Sends, receives and answers, without becoming a member.
   *
   * <p>seed: Guest
   */
  public MeshBuilder guest() {
    guest = true;
    return this;
  }

  /** Starts handlers and callbacks (default: the fabric's). */
  public MeshBuilder runner(Runner starter) {
    runner = starter;
    return this;
  }

  /** How long requests wait for answers unless they say so (default: 3 s). */
  public MeshBuilder requestTimeout(Duration limit) {
    requestTimeout = positive("request-timeout", limit);
    return this;
  }

  /**
   * The longest gap between two tries (default: 1 s).
   *
   * <p>seed: retryInterval
   */
  public MeshBuilder retryInterval(Duration gap) {
    retryInterval = positive("retry-interval", gap);
    return this;
  }

  /**
   * How long nothing of a message may be acknowledged before it is given up (default: 3 s).
   *
   * <p>seed: retryTimeout
   */
  public MeshBuilder retryTimeout(Duration limit) {
    retryTimeout = positive("retry-timeout", limit);
    return this;
  }

  /** Whether gaps between tries follow the round trip (default), or all are the longest one. */
  public MeshBuilder adaptiveRetry(boolean follow) {
    adaptiveRetry = follow;
    return this;
  }

  /**
   * How long messages may wait to share packets (default: 0, until the end of the loop's turn); 1
   * to 16 ms count as 17. Requests and answers never wait.
   *
   * <p>seed: sendInterval
   */
  public MeshBuilder sendInterval(Duration wait) {
    if (wait.isNegative()) {
      throw new ConfigException("send-interval", wait.toString(), "zero or more");
    }
    var least = Duration.ofMillis(17);
    sendInterval = wait.isZero() || wait.compareTo(least) >= 0 ? wait : least;
    return this;
  }

  /** Bytes of the longest packet, 1200 to 1400 (default). */
  public MeshBuilder maxPacketSize(int bytes) {
    if (bytes < 1200 || bytes > Mesh.MAX_PACKET_SIZE) {
      throw new ConfigException("max-packet-size", "" + bytes, "1200 to 1400 bytes");
    }
    maxPacketSize = bytes;
    return this;
  }

  /** Other members, or directories, to find the cluster by (default: none). */
  public MeshBuilder join(java.util.List<Address> others) {
    seeds = java.util.List.copyOf(others);
    return this;
  }

  /** How the grid names this node, told to all members. */
  public MeshBuilder host(String name) {
    host = name;
    return this;
  }

  /** Where clients reach this node. */
  public MeshBuilder publicAddress(String address) {
    publicAddress = address;
    return this;
  }

  /**
   * What this node speaks with clients (default: {@code DGS}).
   *
   * <p>seed: SetNodeRole
   */
  public MeshBuilder role(String name) {
    role = name;
    return this;
  }

  /**
   * What the application calls nodes of this kind (default: the role).
   *
   * <p>seed: SetNodeType
   */
  public MeshBuilder type(String name) {
    type = name;
    return this;
  }

  /** Where this node stands. */
  public MeshBuilder zone(String name) {
    zone = name;
    return this;
  }

  /**
   * Keeps the list of members, without being listed: a place that others join by.
   *
   * <p>seed: StartAsMARS
   */
  public MeshBuilder directory() {
    directory = true;
    return this;
  }

  /** What weighs evidence of deaths: the mesh reports to it and follows its verdicts. */
  public MeshBuilder oracle(DeathOracle judge) {
    oracle = judge;
    return this;
  }

  private static Duration positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new ConfigException(key, value.toString(), "a time above zero");
    }
    return value;
  }

  TransportSettings transport() {
    var plain = TransportSettings.defaults();
    return new TransportSettings(
        retryInterval,
        retryTimeout,
        adaptiveRetry,
        sendInterval,
        maxPacketSize,
        plain.idle(),
        plain.maxSessions(),
        plain.queueBytes(),
        plain.queueMessages(),
        Math.min(plain.reassemblyBytes(), Runtime.getRuntime().maxMemory() / 4),
        EnumSet.noneOf(io.sennit.mesh.engine.Defect.class));
  }

  Secrets secrets() {
    return keys == null ? Secrets.open(cluster) : Secrets.derived(keys, cluster);
  }

  Runner runnerOrFabrics() {
    return Optional.ofNullable(runner).orElseGet(fabric::runner);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }

  /**
   * Starts: binds the socket and returns when packets go. On a thread that may wait.
   *
   * @throws ConfigException if the address is taken, or is not loopback without a key
   */
  public Mesh start() {
    if (keys == null && !isLoopback(bind.host())) {
      throw new ConfigException(
          "mesh address", bind.toString(), "a loopback address, or a cluster key beside it");
    }
    return Mesh.start(this);
  }
}
