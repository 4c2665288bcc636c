package io.sennit.sim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Who reaches whom, and how fast. One {@link Path} for each direction of each pair of nodes. */
final class Network {
  private final Simulation simulation;
  private final SplittableRandom random;
  private final Map<String, Path> paths = new LinkedHashMap<>();
  private final List<TcpConnection> connections = new ArrayList<>();

  Network(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
  }

  Simulation simulation() {
    return simulation;
  }

  SplittableRandom random() {
    return random;
  }

  Path path(String from, String to) {
    return paths.computeIfAbsent(from + ">" + to, _ -> new Path(this));
  }

  Iterable<Path> paths() {
    return paths.values();
  }

  void add(TcpConnection connection) {
    connections.add(connection);
  }

  void remove(TcpConnection connection) {
    int i = connections.indexOf(connection);
    if (i >= 0) {
      connections.set(i, connections.getLast());
      connections.removeLast();
    }
  }

  /** Connections that at least one end still has. */
  List<TcpConnection> connections() {
    return connections;
  }
}
