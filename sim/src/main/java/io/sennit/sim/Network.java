package io.sennit.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Who reaches whom, and how fast. One {@link Path} for each direction of each pair of nodes. */
final class Network {
  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<TcpConnection> connections = new ArrayList<>();
  private final Packets packets;
  private @Nullable Path[][] rows = new Path[0][]; // by the numbers of both ends

  Network(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.random = random;
    this.packets = new Packets(this, random.split());
  }

  Simulation simulation() {
    return simulation;
  }

  SplittableRandom random() {
    return random;
  }

  Packets packets() {
    return packets;
  }

  /** The way from one place to another: nodes, or {@link Elections#PLACE}. */
  Path path(String from, String to) {
    return path(machine(from), machine(to));
  }

  private @Nullable Machine machine(String place) {
    return place.equals(Elections.PLACE) ? null : simulation.machine(place);
  }

  /** The way from one machine to another; null is the place of the leadership service. */
  Path path(@Nullable Machine from, @Nullable Machine to) {
    int i = from == null ? 0 : from.number;
    int k = to == null ? 0 : to.number;
    if (i >= rows.length) {
      int before = rows.length;
      rows = Arrays.copyOf(rows, Math.max(i + 1, 2 * before));
      Arrays.fill(rows, before, rows.length, new Path[0]);
    }
    if (k >= rows[i].length) {
      rows[i] = Arrays.copyOf(rows[i], Math.max(k + 1, 2 * rows[i].length));
    }
    var known = rows[i][k];
    if (known == null) {
      known =
          new Path(this, from, to, Trace.mix(simulation.seed() ^ Trace.mix((long) i << 32 | k)));
      rows[i][k] = known;
    }
    return known;
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
