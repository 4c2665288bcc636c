package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.CancelledException;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Incarnation;
import io.sennit.core.Tls;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.SystemOptions;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a node may be told before it starts. */
public final class NodeBuilder {
  private static final System.Logger LOG = System.getLogger("io.sennit.node");

  private String cluster = "sennit";
  private @Nullable ClusterKey key;
  private Address listen = Address.of("127.0.0.1", 0);
  private final List<String> peers = new ArrayList<>();
  private @Nullable Tls tls;
  private @Nullable String name;
  private @Nullable String host;
  private @Nullable Path keyFile;
  private @Nullable RunDirectory runDirectory;
  private boolean recorded = true;
  private @Nullable Fabric fabric;
  private @Nullable Path data;
  private @Nullable Incarnation incarnation;
  private UnaryOperator<ManagerBuilder> taste = UnaryOperator.identity();
  private NodeConfig config;

  /** With the strands, and what they are told, of a configuration. */
  NodeBuilder(NodeConfig config) {
    this.config = config;
  }

  /** The cluster's name, for logs and tools. Default {@code sennit}. */
  public NodeBuilder cluster(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ConfigException("cluster", name, "1 to 64 letters, digits, dots, _ or -");
    }
    cluster = name;
    return this;
  }

  /** This node's name, for people, logs and tools. Default: its {@code host:port}. */
  public NodeBuilder name(String text) {
    if (!text.matches("[A-Za-z0-9._:-]{1,64}")) {
      throw new ConfigException("name", text, "1 to 64 letters, digits, dots, colons, _ or -");
    }
    name = text;
    return this;
  }

  /** The cluster's secret. Default: none; then the node listens on loopback only, and says so. */
  public NodeBuilder key(ClusterKey secret) {
    key = secret;
    keyFile = null;
    return this;
  }

  /** The same for what {@link ClusterKey#fromEnv} found. */
  public NodeBuilder key(Optional<ClusterKey> secret) {
    key = secret.orElse(null);
    keyFile = null;
    return this;
  }

  /** The same from a file of 64 hex digits, whose path commands of this machine may then find. */
  public NodeBuilder keyFile(Path file) {
    key = ClusterKey.read(file);
    keyFile = file.toAbsolutePath().normalize();
    return this;
  }

  /**
   * Where to listen, spelt as the peers reach it; port 0 for a free one. Default: a free port on
   * 127.0.0.1.
   */
  public NodeBuilder listen(Address at) {
    listen = at;
    return this;
  }

  /**
   * This node as its peers spell it, {@code scheme://host:port}, where that differs from where it
   * listens. Default: where it listens.
   */
  public NodeBuilder host(String asPeersSpellIt) {
    host = asPeersSpellIt;
    return this;
  }

  /** Where this process records itself for commands. Default: {@link RunDirectory#usual}. */
  public NodeBuilder runDirectory(RunDirectory directory) {
    runDirectory = directory;
    recorded = true;
    return this;
  }

  /** This process is not recorded: commands find it by its address only. */
  public NodeBuilder notRecorded() {
    recorded = false;
    return this;
  }

  /** Other nodes, as {@code host:port} or {@code http(s)://host:port}; may be called again. */
  public NodeBuilder join(String... hosts) {
    return peers(List.of(hosts));
  }

  /** The same for a collection. */
  public NodeBuilder peers(Collection<String> hosts) {
    peers.addAll(hosts);
    return this;
  }

  /** Certificates: then all grid connections are encrypted. Default: none. */
  public NodeBuilder tls(Tls certificates) {
    tls = certificates;
    return this;
  }

  /**
   * Where it keeps what outlives the process: its store, and which life of it this is. The folder
   * is made if it is not there; one node has it at a time. Default: nothing is kept.
   */
  public NodeBuilder data(Path folder) {
    data = folder.toAbsolutePath().normalize();
    return this;
  }

  /**
   * Which life of the process it is, for a node on a fabric of its own. Default: from the data
   * folder, else a first one.
   */
  public NodeBuilder incarnation(Incarnation life) {
    incarnation = life;
    return this;
  }

  /**
   * Sets a key of a strand, as the configuration would; may be called again.
   *
   * @param key its full name, like {@code grid.window}
   * @throws ConfigException if no strand has such a key, or the value is not allowed
   */
  public NodeBuilder set(String key, String value) {
    if (CoreSettings.ALL.stream().anyMatch(s -> s.key().equals(key))) {
      throw new ConfigException(key, value, "a key of a strand; the builder has a method for this");
    }
    config = config.with(key, value, "code");
    return this;
  }

  // begin mesh
  // end mesh
  // begin shards
  /** Where the orchestrator of shards is; as {@code shards.orchestrator}. */
  public NodeBuilder orchestrator(Address at) {
    return set("shards.orchestrator", at.toString());
  }

  // end shards
  // begin session
  // end session
  // begin causal
  // end causal
  // begin session-grpc
  // end session-grpc
  // begin zookeeper
  // end zookeeper
  // begin admin
  // end admin

  /** What it stands on; closed by whoever made it. Default: the real machine, closed with it. */
  public NodeBuilder fabric(Fabric ground) {
    fabric = ground;
    return this;
  }

  /**
   * The grid's finer settings; may be called again. What the node itself sets comes after and wins.
   */
  public NodeBuilder grid(UnaryOperator<ManagerBuilder> settings) {
    var before = taste;
    taste = builder -> settings.apply(before.apply(builder));
    return this;
  }

  /**
   * Starts it: waits until its port is bound and its strands have started.
   *
   * @throws ConfigException if it would listen beyond loopback without a key, or is otherwise told
   *     something contradictory
   * @throws io.sennit.core.DisconnectedException if the port cannot be bound
   * @throws io.sennit.core.SennitException if a strand does not start; what had started has ended
   */
  public Node start() {
    if (key == null) {
      requireLoopback();
    }
    if (data != null && fabric != null) {
      throw new ConfigException(
          "data", data.toString(), "no folder beside a fabric, which has a place of its own");
    }
    try (var undo = new Undo()) {
      var kept =
          Optional.ofNullable(data)
              .map(folder -> undo.add(DataFolder.begin(folder, Instant.now(), new SecureRandom())));
      var meters = new Meters();
      var ground = new Ground(meters.under("ground"));
      var floor = fabric == null ? undo.add(Fabric.system(options(ground))) : fabric;
      var which = kept.map(DataFolder::incarnation).orElseGet(() -> firstLife(floor));
      var oracle = new DeathOracle();
      var grid = undo.add(manager(floor, which, oracle));
      var innards =
          new Innards(
              config,
              Optional.ofNullable(key),
              floor,
              fabric == null,
              grid,
              which,
              kept,
              oracle,
              new SharedMembership(HostNames.address(grid.hostName()), which, hosts()),
              new SharedStore(floor, data != null || fabric != null, ground),
              ground,
              meters);
      var called = name == null ? grid.address().orElseThrow().toString() : name;
      var node = undo.add(new Node(cluster, called, innards, entry(called, grid)));
      node.run();
      undo.keep();
      return node;
    }
  }

  private SystemOptions options(Ground ground) {
    var options = SystemOptions.defaults().withListener(ground);
    return data == null ? options : options.withData(data);
  }

  /** From the fabric's own clock and chance, so that a simulation's comes from its seed. */
  private Incarnation firstLife(Fabric floor) {
    if (incarnation != null) {
      return incarnation;
    }
    var loop = floor.loop();
    var answer = new AtomicReference<@Nullable Incarnation>();
    var gate = new Gate(floor.runner());
    loop.execute(
        () -> {
          answer.set(Incarnation.first(loop.wallTime(), loop.secrets()));
          gate.signal();
        });
    try {
      gate.await(() -> answer.get() != null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while it started", ErrorContext.NONE);
    }
    return Objects.requireNonNull(answer.get());
  }

  /** The record of this process; none for a node in a simulation, which no command could reach. */
  private Optional<Node.Entry> entry(String called, Manager grid) {
    if (!recorded || (fabric != null && runDirectory == null)) {
      return Optional.empty();
    }
    var here = ProcessHandle.current();
    var process =
        new RunningProcess(
            here.pid(),
            here.info().startInstant().orElseGet(Instant::now),
            cluster,
            called,
            nearby(grid),
            Optional.ofNullable(keyFile));
    return Optional.ofNullable(runDirectory)
        .or(() -> RunDirectory.usual(System.getenv()))
        .map(directory -> new Node.Entry(directory, process));
  }

  /** Where this machine's commands reach it; under TLS by the name that is in its certificate. */
  private String nearby(Manager grid) {
    var at = grid.address().orElseThrow();
    var local =
        switch (at.host()) {
          case "0.0.0.0" -> Address.of("127.0.0.1", at.port());
          case "::" -> Address.of("::1", at.port());
          default -> at;
        };
    return tls == null ? "http://" + local : grid.hostName();
  }

  private Manager manager(Fabric floor, Incarnation life, DeathOracle oracle) {
    var settings = GridSettings.apply(config.strand(GridStrand.NAME), Manager.builder());
    var grid = taste.apply(settings).fabric(floor).listen(listen).incarnation(life).oracle(oracle);
    if (key == null) {
      grid.auth(new OpenDoor());
    } else {
      grid.key(key);
    }
    if (tls != null) {
      grid.tls(tls);
    }
    if (host != null) {
      grid.local(host);
    }
    return grid.hosts(hosts()).start();
  }

  private List<String> hosts() {
    return peers.stream().map(this::hostOf).distinct().toList();
  }

  private String hostOf(String peer) {
    return peer.contains("://") ? peer : (tls == null ? "http://" : "https://") + peer;
  }

  private void requireLoopback() {
    var host = listen.host();
    if (!host.equals("localhost") && !host.equals("::1") && !host.matches("127(\\.\\d+){3}")) {
      throw new ConfigException(
          "listen",
          listen.toString(),
          "a loopback address, or a cluster key beside it (" + ClusterKey.ENV + ")");
    }
    LOG.log(System.Logger.Level.INFO, "no cluster key: this node listens on {0} only", listen);
  }
}
