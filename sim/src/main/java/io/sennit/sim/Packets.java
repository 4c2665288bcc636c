package io.sennit.sim;

import io.sennit.core.spi.Endpoint;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Packets on their way from socket to socket, and what becomes of each. */
final class Packets {
  private static final int REORDER_NANOS = 2_000_000;
  private static final int DUPLICATE_NANOS = 5_000_000;
  private static final int RELEASE_NANOS = 1_000_000;

  private final Network network;
  private final Simulation simulation;
  private final SplittableRandom random;

  Packets(Network network, SplittableRandom random) {
    this.network = network;
    this.simulation = network.simulation();
    this.random = random;
  }

  /** A packet leaves now; nobody changes its bytes any more. */
  void send(Life from, int fromPort, Endpoint to, byte[] bytes) {
    simulation.traffic().sentPackets++;
    var target = target(from, to);
    if (target == null) {
      simulation.traffic().lostPackets++;
      return;
    }
    var path = network.path(from.machine(), target);
    var weather = path.weather();
    path.inBurst = PacketDice.burst(weather, path.inBurst, random);
    if (!path.takes(bytes.length + PathWeather.HEADERS)) {
      lose(Injected.Kind.TOO_LONG);
      return;
    }
    var drop = PacketDice.drop(weather, path.inBurst, random);
    if (drop != null) {
      lose(drop);
      return;
    }
    long waits = path.packetOut(bytes.length + PathWeather.HEADERS);
    if (waits < 0) {
      lose(Injected.Kind.TAIL_DROP);
      return;
    }
    var flight = new Flight(path, target, from.machine().endpoint(fromPort), to.port(), bytes);
    flight.damage(weather);
    long delay = waits + path.nanos(bytes.length);
    if (PacketDice.hits(weather.reorder(), random)) {
      delay += random.nextLong(REORDER_NANOS);
    }
    simulation.after(flight, delay);
    if (PacketDice.hits(weather.duplicate(), random)) {
      simulation.traffic().extraPackets++;
      simulation.after(flight.twin(), delay + random.nextLong(DUPLICATE_NANOS));
    }
  }

  /** Bytes of the longest packet that a sender's system lets go to a place. */
  int fits(Life from, Endpoint to) {
    var target = target(from, to);
    int mtu = target == null ? Path.USUAL_MTU : network.path(from.machine(), target).knownMtu();
    return mtu - PathWeather.HEADERS;
  }

  /** The machine at a place, as seen from a process; null: none. */
  @Nullable Machine target(Life from, Endpoint to) {
    if (to.ipHigh() == 0 && (to.ipLow() == 1 || to.ipLow() >>> 24 == 0xffff_7fL)) {
      return from.machine();
    }
    return simulation.machines().at(to);
  }

  private void lose(Injected.Kind why) {
    simulation.inject(why);
    simulation.traffic().lostPackets++;
  }

  /** One packet: it reaches the receiver's port, then its socket. */
  private final class Flight extends Event {
    private final Path path;
    private final Machine target;
    private final Endpoint from;
    private final int toPort;
    private final long number;
    private byte[] bytes;
    private boolean corrupt;
    private boolean truncated;
    private boolean isTwin;
    private boolean throughPort;

    Flight(Path path, Machine target, Endpoint from, int toPort, byte[] bytes) {
      super(null);
      this.path = path;
      this.target = target;
      this.from = from;
      this.toPort = toPort;
      this.bytes = bytes;
      this.number = path.nextPacket();
    }

    Flight twin() {
      var twin = new Flight(path, target, from, toPort, bytes.clone());
      twin.isTwin = true;
      twin.corrupt = corrupt;
      twin.truncated = truncated;
      return twin;
    }

    void damage(PathWeather weather) {
      if (bytes.length > 1 && PacketDice.hits(weather.truncate(), random)) {
        bytes = Arrays.copyOf(bytes, random.nextInt(1, bytes.length));
        truncated = true;
      }
      if (PacketDice.hits(weather.corrupt(), random)) {
        PacketDice.flip(bytes, random);
        corrupt = true;
      }
    }

    @Override
    void happen() {
      if (path.isCut()) {
        simulation.traffic().lostPackets++;
        return;
      }
      if (path.isClogged()) {
        path.whenReleased(() -> simulation.after(this, random.nextLong(RELEASE_NANOS)));
        return;
      }
      if (!throughPort) {
        throughPort = true;
        long waits = path.packetIn(bytes.length + PathWeather.HEADERS);
        if (waits < 0) {
          lose(Injected.Kind.TAIL_DROP);
          return;
        }
        if (waits > 0) {
          simulation.after(this, waits);
          return;
        }
      }
      deliver();
    }

    private void deliver() {
      var there = target.hasLived() ? target.life() : null;
      var socket = there == null || there.isDead() ? null : there.sockets().socket(toPort);
      if (socket == null || !socket.take(from, bytes)) {
        simulation.traffic().lostPackets++;
        return;
      }
      count(path.wasOvertaken(number), Injected.Kind.REORDER);
      count(isTwin, Injected.Kind.DUPLICATE);
      count(corrupt, Injected.Kind.CORRUPT);
      count(truncated, Injected.Kind.TRUNCATE);
    }

    private void count(boolean is, Injected.Kind kind) {
      if (is) {
        simulation.inject(kind);
      }
    }
  }
}
