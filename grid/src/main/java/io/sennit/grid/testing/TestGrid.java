package io.sennit.grid.testing;

import io.sennit.core.Address;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.Within;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Peer;
import io.sennit.grid.Authenticator;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A full mesh of managers in one process: real sockets on loopback, or a simulation's nodes. Seed:
 * {@code TestGrid}.
 *
 * <pre>{@code
 * try (var grid = TestGrid.start(3)) {
 *   grid.manager(1).registerSingle(7, (request, caller) -> request);
 *   grid.connection(0, 1).call(7, bytes);
 * }
 * }</pre>
 */
public final class TestGrid implements AutoCloseable {
  /** Everyone may come in who says {@code debug}. */
  public static final Authenticator DEBUG =
      new Authenticator() {
        @Override
        public String token(String remote) {
          return "debug";
        }

        @Override
        public void check(String token, Peer peer) {
          if (!token.equals("debug")) {
            throw new RejectedException("not the test token", ErrorContext.NONE);
          }
        }
      };

  private final List<Manager> managers = new ArrayList<>();
  private final List<Fabric> owned = new ArrayList<>();

  private TestGrid() {}

  /** On loopback sockets; waits for the full mesh. Seed: {@code SetupTestGrid}. */
  public static TestGrid start(int nodes) {
    return start(nodes, b -> b);
  }

  /** The same with managers built to taste. */
  public static TestGrid start(int nodes, UnaryOperator<ManagerBuilder> taste) {
    var grid = new TestGrid();
    try {
      for (int i = 0; i < nodes; i++) {
        grid.owned.add(Fabric.system());
      }
      grid.begin(nodes, grid.owned::get, i -> Address.of("127.0.0.1", 0), taste);
      return grid;
    } catch (RuntimeException e) {
      grid.close();
      throw e;
    }
  }

  /** On given fabrics and addresses; they stay their maker's to close. */
  public static TestGrid start(
      int nodes,
      IntFunction<Fabric> fabrics,
      IntFunction<Address> addresses,
      UnaryOperator<ManagerBuilder> taste) {
    var grid = new TestGrid();
    try {
      grid.begin(nodes, fabrics, addresses, taste);
      return grid;
    } catch (RuntimeException e) {
      grid.close();
      throw e;
    }
  }

  private void begin(
      int nodes,
      IntFunction<Fabric> fabrics,
      IntFunction<Address> addresses,
      UnaryOperator<ManagerBuilder> taste) {
    for (int i = 0; i < nodes; i++) {
      var builder =
          Manager.builder().fabric(fabrics.apply(i)).listen(addresses.apply(i)).auth(DEBUG).gated();
      managers.add(taste.apply(builder).start());
    }
    for (var one : managers) {
      for (var other : managers) {
        if (one != other) {
          one.add(other.hostName());
        }
      }
    }
    managers.forEach(Manager::openGate);
    waitAllConnect(Within.within(Duration.ofSeconds(20)));
  }

  /** Waits for every connection, each at most so long. Seed: {@code WaitAllConnect}. */
  public void waitAllConnect(Within within) {
    for (var manager : managers) {
      for (var connection : manager.connections()) {
        connection.waitForConnect(within);
      }
    }
  }

  /** All managers. */
  public List<Manager> managers() {
    return List.copyOf(managers);
  }

  /** One of them, from 0. */
  public Manager manager(int index) {
    return managers.get(index);
  }

  /** Their host strings. */
  public List<String> hosts() {
    return managers.stream().map(Manager::hostName).toList();
  }

  /** The connection from one to another. */
  public Connection connection(int from, int to) {
    return managers.get(from).connection(managers.get(to).hostName()).orElseThrow();
  }

  /** Closes all managers, and the fabrics it made itself. Seed: {@code Cleanup}. */
  @Override
  public void close() {
    managers.forEach(Manager::close);
    owned.forEach(Fabric::close);
  }
}
