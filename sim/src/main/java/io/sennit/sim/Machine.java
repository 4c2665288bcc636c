package io.sennit.sim;

import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What of a node outlives its processes: name, address, clock, disk. */
final class Machine {
  private static final int NET = 10 << 24;

  final Simulation simulation;
  final String name;
  final int number;
  final int ip;
  final NodeClock clock;
  final Disk disk;
  String certificate;
  boolean distrusted;
  boolean powered = true;
  @Nullable Consumer<Fabric> boot;
  private @Nullable Life life;
  private int lives;

  Machine(Simulation simulation, String name, int number) {
    this.simulation = simulation;
    this.name = name;
    this.number = number;
    this.ip = NET | (number / 250) << 8 | (number % 250 + 1);
    this.clock = new NodeClock(simulation, simulation.randomness("clock " + name));
    this.disk = new Disk(this);
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
    lives++;
    var born = new Life(this, lives);
    life = born;
    return born;
  }

  boolean hasLived() {
    return life != null;
  }

  /** What it says of itself in a TLS handshake beside its certificates. */
  String tlsWords() {
    return " "
        + (certificate.equals(name) ? "-" : certificate)
        + (distrusted ? " forged" : " good");
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
