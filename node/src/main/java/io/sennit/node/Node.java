package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import java.io.IOException;
import java.util.Optional;
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
  private static final System.Logger LOG = System.getLogger("io.sennit.node");

  private final String cluster;
  private final Fabric fabric;
  private final boolean ownsFabric;
  private final Manager grid;
  private final Address address;
  private final String name;
  private final Optional<Entry> entry;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Where this process is recorded. */
  record Entry(RunDirectory directory, RunningProcess process) {
    void leave() {
      directory.leave(process);
    }
  }

  Node(
      String cluster,
      String name,
      Fabric fabric,
      boolean ownsFabric,
      Manager grid,
      Optional<Entry> entry) {
    this.cluster = cluster;
    this.name = name;
    this.entry = entry;
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

  /** This node's name, for people and logs. */
  public String name() {
    return name;
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

  /** Records this process; a node goes on without, for it is only a help to commands. */
  void enterRunDirectory() {
    if (entry.isPresent()) {
      try {
        entry.get().directory().enter(entry.get().process());
      } catch (IOException | ConfigException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "not recorded in {0}, so commands need --at {1}: {2}",
            entry.get().directory(),
            address,
            e.getMessage());
      }
    }
  }

  /**
   * Takes back the record in the run directory, for a process that is about to end without closing.
   * Idempotent.
   */
  public void leaveRunDirectory() {
    entry.ifPresent(Entry::leave);
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
    leaveRunDirectory();
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
