package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
  private UnaryOperator<ManagerBuilder> taste = UnaryOperator.identity();

  NodeBuilder() {}

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
   * Starts it; waits until its port is bound.
   *
   * @throws ConfigException if it would listen beyond loopback without a key, or is otherwise told
   *     something contradictory
   * @throws io.sennit.core.DisconnectedException if the port cannot be bound
   */
  public Node start() {
    if (key == null) {
      requireLoopback();
    }
    var ground = fabric == null ? Fabric.system() : fabric;
    try {
      var grid = manager(ground);
      var called = name == null ? grid.address().orElseThrow().toString() : name;
      var node = new Node(cluster, called, ground, fabric == null, grid, entry(called, grid));
      ControlService.serve(node);
      node.enterRunDirectory();
      return node;
    } catch (RuntimeException e) {
      if (fabric == null) {
        ground.close();
      }
      throw e;
    }
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

  private Manager manager(Fabric ground) {
    var grid = taste.apply(Manager.builder()).fabric(ground).listen(listen);
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
    return grid.hosts(peers.stream().map(this::hostOf).distinct().toList()).start();
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
