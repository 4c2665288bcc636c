package io.sennit.node;

import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.Within;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.spi.Membership;
import io.sennit.grid.Manager;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
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
  /** How long one strand may take to start: files may have to be read, peers not waited for. */
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger("io.sennit.node");

  /** What a node does now. */
  private enum Phase {
    STARTING,
    RUNNING,
    DRAINING,
    DRAINED
  }

  private final String cluster;
  private final String name;
  private final Innards innards;
  private final Strands strands;
  private final Address address;
  private final Optional<Entry> entry;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Phase phase = Phase.STARTING;

  /** Where this process is recorded. */
  record Entry(RunDirectory directory, RunningProcess process) {
    void leave() {
      directory.leave(process);
    }
  }

  Node(String cluster, String name, Innards innards, Optional<Entry> entry) {
    this.cluster = cluster;
    this.name = name;
    this.innards = innards;
    this.entry = entry;
    this.strands = new Strands(innards.fabric());
    this.address = innards.grid().address().orElseThrow();
  }

  /** What a node may be told before it starts. */
  public static NodeBuilder builder() {
    return new NodeBuilder(NodeConfig.defaults());
  }

  /** Serves commands, and starts all strands in their order. */
  void run() {
    var control = ControlService.serve(this);
    for (var strand : innards.config().catalog().strands()) {
      strands.start(strand, new Context(strand.name(), this, innards), START_LIMIT, control::add);
    }
    phase = Phase.RUNNING;
    enterRunDirectory();
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
    return innards.grid();
  }

  // begin mesh
  /** Who is here, and commands and requests to all of them. */
  public io.sennit.mesh.Mesh mesh() {
    return strand(io.sennit.mesh.Mesh.class);
  }

  // end mesh
  // begin shards
  /** What this node hosts of shards, and the orchestrators that are in it. */
  public io.sennit.shards.Shards shards() {
    return strand(io.sennit.shards.Shards.class);
  }

  // end shards
  // begin session
  // end session
  // begin causal
  /** Groups whose members apply the same operations in causal order. */
  public io.sennit.causal.Causal causal() {
    return strand(io.sennit.causal.Causal.class);
  }

  // end causal
  // begin session-grpc
  // end session-grpc
  // begin zookeeper
  // end zookeeper
  // begin admin
  // end admin

  /**
   * A strand that runs in this node, by the type of what its users work with.
   *
   * @throws ConfigException if there is none, or more than one
   */
  public <T> T strand(Class<T> face) {
    return strands.face(face);
  }

  /** Who is around, a hint: what a strand provides, else this node and the peers it was told of. */
  public Membership membership() {
    return innards.membership();
  }

  /** What is known of the deaths of processes. */
  public DeathOracle oracle() {
    return innards.oracle();
  }

  /** Which life of this process it is; later ones are greater if it has a data folder. */
  public Incarnation incarnation() {
    return innards.incarnation();
  }

  /** The node's figures, and those of all strands. */
  public Meters meters() {
    return innards.meters();
  }

  /** How it stands, and each part of it. */
  public NodeHealth health() {
    var parts = new LinkedHashMap<String, Health>();
    parts.put(
        "node",
        switch (phase) {
          case RUNNING -> Health.UP;
          case STARTING -> Health.degraded("it is starting");
          case DRAINING -> Health.degraded("it drains, to end");
          case DRAINED -> Health.degraded("it has drained, to end");
        });
    parts.put("ground", innards.ground().health());
    parts.putAll(strands.health());
    return NodeHealth.of(parts);
  }

  /** Where it listens, with the port it was given. */
  public Address address() {
    return address;
  }

  /** This node as its peers name it: {@code http://host:port}. */
  public String host() {
    return innards.grid().hostName();
  }

  /** Records this process; a node goes on without, for it is only a help to commands. */
  private void enterRunDirectory() {
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
   * Lets what has begun end: each strand takes no new work and finishes what it has, the last
   * started first. Its health is DEGRADED from now on; {@link #close} comes next. Only the first
   * call drains; on a loop it throws.
   *
   * @return whether everything was done in time
   */
  public boolean drain(Within within) {
    if (!draining.compareAndSet(false, true)) {
      return phase == Phase.DRAINED;
    }
    phase = Phase.DRAINING;
    try {
      if (strands.drain(within)) {
        phase = Phase.DRAINED;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return phase == Phase.DRAINED;
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
    strands.close();
    innards.close();
  }

  @Override
  public String toString() {
    return "Node[" + cluster + " at " + address + "]";
  }
}
