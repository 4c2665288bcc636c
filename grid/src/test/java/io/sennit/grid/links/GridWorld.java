package io.sennit.grid.links;

import io.sennit.core.Address;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.ForwardingFabric;
import io.sennit.core.spi.Links;
import io.sennit.grid.Beneath;
import io.sennit.grid.Manager;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.SocketWorld;
import io.sennit.testkit.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Real sockets, where the links of every node are those of a grid. */
final class GridWorld implements World {
  private final SocketWorld ground = new SocketWorld();
  private final Map<String, Manager> managers = new LinkedHashMap<>();
  private final boolean ownFabrics;

  /** Managers stand on fabrics of the world. */
  GridWorld() {
    this(false);
  }

  /** With fabrics of their own one end closes a node's manager and all it stands on. */
  GridWorld(boolean ownFabrics) {
    this.ownFabrics = ownFabrics;
  }

  @Override
  public Fabric node(String name) {
    return new OnGrid(Beneath.of(manager(name)), manager(name));
  }

  @Override
  public Address at(String node) {
    return manager(node).address().orElseThrow();
  }

  private synchronized Manager manager(String name) {
    return managers.computeIfAbsent(
        name,
        n -> {
          var builder = Manager.builder().listen(ground.at(n)).auth(TestGrid.DEBUG);
          if (!ownFabrics) {
            builder.fabric(ground.node(n));
          }
          var made = builder.start();
          for (var other : managers.values()) {
            made.add(other.hostName());
            other.add(made.hostName());
          }
          return made;
        });
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    ground.await(what, condition);
  }

  @Override
  public void elapse(Duration time) {
    ground.elapse(time);
  }

  @Override
  public void close() {
    managers.values().forEach(Manager::close);
    ground.close();
  }

  private static final class OnGrid extends ForwardingFabric {
    private final Manager manager;

    OnGrid(Fabric ground, Manager manager) {
      super(ground);
      this.manager = manager;
    }

    @Override
    public Links links() {
      return manager.links("contract");
    }

    @Override
    public void close() {
      manager.close(); // and what it stands on, if that is its own
    }
  }
}
