package io.sennit.sim;

import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What of a node outlives its processes: name, address, clock, disk, port. */
final class Machine {
  private record Slowness(Fault fault, double factor) {}

  final Simulation simulation;
  final String name;
  final int number;
  final NodeClock clock;
  final Disk disk;
  final RateQueue outgoing;
  final RateQueue incoming;
  final List<Fault> pauses = new ArrayList<>(); // of its present life
  private final List<Slowness> slow = new ArrayList<>();
  private @Nullable Bottleneck ownPort;
  private int ip;
  String certificate;
  final List<Fault> distrusts = new ArrayList<>();
  boolean powered = true;
  boolean gone; // for ever
  @Nullable Consumer<Fabric> boot;
  private @Nullable Runnable whenSends;
  private @Nullable Life life;
  private int lives;

  Machine(Simulation simulation, String name, int number, int ip) {
    this.simulation = simulation;
    this.name = name;
    this.number = number;
    this.ip = ip;
    this.clock = new NodeClock(simulation, simulation.randomness("clock " + name));
    this.disk = new Disk(this);
    this.outgoing = new RateQueue(simulation);
    this.incoming = new RateQueue(simulation);
    this.certificate = name;
  }

  /** The life it has now, or the last it had. */
  Life life() {
    var now = life;
    return now == null ? live() : now;
  }

  /** Begins a new life. */
  Life live() {
    powered = true;
    pauses.clear();
    lives++;
    var born = new Life(this, lives);
    life = born;
    return born;
  }

  boolean hasLived() {
    return life != null;
  }

  int lives() {
    return lives;
  }

  /** Whether its kernel answers for connections of a life: it has power, and the life's address. */
  boolean answersFor(Life one) {
    return powered && one.ip() == ip;
  }

  /** Rate and queue of its port, in each direction. */
  Bottleneck port() {
    var own = ownPort;
    return own == null ? simulation.weather().port() : own;
  }

  void port(@Nullable Bottleneck own) {
    ownPort = own;
  }

  void slow(Fault fault, double factor) {
    slow.add(new Slowness(fault, factor));
  }

  void quick(Fault fault) {
    slow.removeIf(one -> one.fault == fault);
  }

  /** How long a turn takes here that would take so long on a healthy node. */
  long nanos(long usual) {
    double factor = 1;
    for (var one : slow) {
      one.fault.meets();
      factor = Math.max(factor, one.factor);
    }
    return (long) (usual * factor);
  }

  /** Does something once, while the next bytes of a link from here are on their way. */
  void whenSends(Runnable what) {
    whenSends = what;
  }

  /** Bytes of a link left, to arrive after so long. */
  void sends(long flightNanos) {
    var what = whenSends;
    if (what != null) {
      whenSends = null;
      simulation.after(Event.of(null, what), flightNanos / 2);
    }
  }

  int ip() {
    return ip;
  }

  void move(int to) {
    ip = to;
  }

  /** What it says of itself in a TLS handshake beside its certificates. */
  String tlsWords() {
    return " "
        + (certificate.equals(name) ? "-" : certificate)
        + (distrusts.isEmpty() ? " good" : " forged");
  }

  /** A peer refused its certificate. */
  void distrustIsMet() {
    distrusts.forEach(Fault::meets);
  }

  /** The name a test gave its certificate, if any, from a word of {@link #tlsWords}. */
  static Optional<String> told(String word) {
    return word.equals("-") ? Optional.empty() : Optional.of(word);
  }

  Endpoint endpoint(int port) {
    return Endpoint.v4(ip, port);
  }

  String ipText() {
    return "10." + (ip >> 16 & 0xff) + "." + (ip >> 8 & 0xff) + "." + (ip & 0xff);
  }
}
