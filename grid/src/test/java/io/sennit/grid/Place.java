package io.sennit.grid;

import io.sennit.core.Tls;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Runner;
import io.sennit.grid.engine.Insides;
import io.sennit.testkit.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A world with grids in it. The same scenario runs on sockets, on TLS and in a simulation, where
 * its code is a simulated user thread.
 */
abstract class Place implements AutoCloseable {
  final World world;
  final List<Manager> managers = new ArrayList<>();

  Place(World world) {
    this.world = world;
  }

  /** Runs a scenario, as user code. */
  abstract void run(Runnable scenario);

  /** Goes on when the condition holds; from within a scenario. */
  abstract void until(String what, BooleanSupplier condition);

  /** Lets time go by; from within a scenario. */
  abstract void pass(Duration time);

  /** Cuts all connections between two nodes now. */
  abstract void cut(int one, int other);

  /** An interval short enough for tests and long enough for a busy machine. */
  abstract Duration tick();

  /** Certificates, where there are some. */
  @Nullable Tls tls() {
    return null;
  }

  /** The host string a node goes by, where that is not its address. */
  @Nullable String nameOf(int node) {
    return null;
  }

  /** Told where a node really listens. */
  void listensAt(int node, io.sennit.core.Address at) {}

  /** Closes what stands beside the world; when its managers are closed. */
  void closeOwn() {}

  Fabric fabric(int node) {
    return world.node("n" + node);
  }

  Runner runner() {
    return fabric(0).runner();
  }

  /** A full mesh. */
  void mesh(int nodes, UnaryOperator<ManagerBuilder> taste) {
    for (int i = 0; i < nodes; i++) {
      var builder =
          Manager.builder()
              .fabric(fabric(i))
              .listen(world.at("n" + i))
              .auth(io.sennit.grid.testing.TestGrid.DEBUG)
              .gated();
      var tls = tls();
      if (tls != null) {
        builder.tls(tls);
      }
      var name = nameOf(i);
      if (name != null) {
        builder.local(name);
      }
      var manager = taste.apply(builder).start();
      managers.add(manager);
      listensAt(i, manager.address().orElseThrow());
    }
    for (var one : managers) {
      for (var other : managers) {
        if (one != other) {
          one.add(other.hostName());
        }
      }
    }
    managers.forEach(Manager::openGate);
    awaitMesh();
  }

  void mesh(int nodes) {
    mesh(nodes, b -> b);
  }

  void awaitMesh() {
    for (var manager : managers) {
      for (var connection : manager.connections()) {
        connection.waitForConnect(io.sennit.core.Within.within(Duration.ofSeconds(20)));
      }
    }
  }

  Manager manager(int node) {
    return managers.get(node);
  }

  Connection from(int node, int to) {
    return managers.get(node).connection(managers.get(to).hostName()).orElseThrow();
  }

  Future<?> spawn(String name, Runnable code) {
    return runner().start(name, code);
  }

  /** Something to wait for, in whatever world. */
  final class Bell {
    private final Gate gate = new Gate(runner());
    private volatile boolean rung;

    void ring() {
      rung = true;
      gate.signal();
    }

    boolean hasRung() {
      return rung;
    }

    void await() throws InterruptedException {
      gate.await(() -> rung);
    }
  }

  /** Nothing of any call or stream may remain, on any node. T18. */
  void awaitEmpty() {
    until(
        "all tables and budgets to be empty",
        () ->
            managers.stream()
                .allMatch(
                    m -> Insides.openThings(m.engine()) == 0 && Insides.budgets(m.engine()) == 0));
  }

  @Override
  public void close() {
    run(() -> managers.forEach(Manager::close));
    closeOwn();
    world.close(); // which looks for what has been left open
  }
}
