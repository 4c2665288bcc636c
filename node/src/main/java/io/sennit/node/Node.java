package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One server of a cluster: its identity, its port, and the strands that use them. Any thread may
 * use it.
 *
 * <pre>{@code
 * try (var node = Node.builder().cluster("arena").key(key).join("10.0.0.1:7400").start()) {
 *   QUOTE.serve(node.grid(), (ask, caller) -> market.last(ask));
 * }
 * }</pre>
 */
public final class Node implements AutoCloseable {
  private final String cluster;
  private final Fabric fabric;
  private final boolean ownsFabric;
  private final Manager grid;
  private final Address address;
  private final AtomicBoolean closed = new AtomicBoolean();

  Node(String cluster, Fabric fabric, boolean ownsFabric, Manager grid) {
    this.cluster = cluster;
    this.fabric = fabric;
    this.ownsFabric = ownsFabric;
    this.grid = grid;
    this.address = grid.address().orElseThrow();
  }

  /** What a node may be told before it starts. */
  public static NodeBuilder builder() {
    return new NodeBuilder();
  }

  /** The cluster's name. */
  public String cluster() {
    return cluster;
  }

  /** Calls and streams to and from single peers. */
  public Manager grid() {
    return grid;
  }

  /** Where it listens, with the port it was given. */
  public Address address() {
    return address;
  }

  /** This node as its peers name it: {@code http://host:port}. */
  public String host() {
    return grid.hostName();
  }

  /**
   * Ends all strands, then what they stand on: calls in flight end with a {@link
   * io.sennit.core.DisconnectedException}. Bounded and idempotent.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    grid.close();
    if (ownsFabric) {
      fabric.close();
    }
  }

  @Override
  public String toString() {
    return "Node[" + cluster + " at " + address + "]";
  }
}
