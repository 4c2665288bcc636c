package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Tls;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
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

  /** The cluster's secret. Default: none; then the node listens on loopback only, and says so. */
  public NodeBuilder key(ClusterKey secret) {
    key = secret;
    return this;
  }

  /** The same for what {@link ClusterKey#fromEnv} found. */
  public NodeBuilder key(Optional<ClusterKey> secret) {
    key = secret.orElse(null);
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

  /** The grid's finer settings; what the node itself sets comes after and wins. */
  public NodeBuilder grid(UnaryOperator<ManagerBuilder> settings) {
    taste = settings;
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
      var node = new Node(cluster, ground, fabric == null, manager(ground));
      ControlService.serve(node);
      return node;
    } catch (RuntimeException e) {
      if (fabric == null) {
        ground.close();
      }
      throw e;
    }
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
    return grid.hosts(peers.stream().map(this::host).distinct().toList()).start();
  }

  private String host(String peer) {
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
