package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A bound socket: packets leave at the turn's end and suffer the weather one by one. */
final class SimSocket implements Datagrams.Socket {
  private static final int KERNEL_BYTES = 256 << 10; // arrived and unread; more is lost
  private static final int BATCH = 64;
  private static final int HEADERS = 20 + 8; // of IPv4 and UDP, which count in an MTU

  private record Packet(Endpoint other, byte[] bytes) {}

  private final Life life;
  private final Simulation simulation;
  private final SimLoop loop;
  private final Address local;
  private final int maxPacket;
  private final long maxQueuedBytes;
  private final Datagrams.Handler handler;
  private final SplittableRandom random;
  private final List<Packet> leaving = new ArrayList<>();
  private final ArrayDeque<Packet> arrived = new ArrayDeque<>();
  private long queuedBytes;
  private long arrivedBytes;
  private boolean readPosted;
  private boolean closed;
  private long sent;
  private long received;
  private long droppedFull;
  private long droppedLong;
  private long droppedPath;
  private long droppedKernel;
  private long errors;

  SimSocket(
      Life life,
      SimLoop loop,
      Address local,
      int maxPacket,
      long maxQueuedBytes,
      Datagrams.Handler handler,
      SplittableRandom random) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.local = local;
    this.maxPacket = maxPacket;
    this.maxQueuedBytes = maxQueuedBytes;
    this.handler = handler;
    this.random = random;
  }

  @Override
  public Address local() {
    return local;
  }

  @Override
  public Optional<Endpoint> localToward(Endpoint peer) {
    loop.check();
    var target = closed ? null : target(peer);
    if (target == null) {
      return Optional.empty();
    }
    boolean loopback = target == life.machine() && !target.endpoint(peer.port()).equals(peer);
    return Optional.of(
        loopback ? Endpoint.v4(0x7f000001, local.port()) : life.machine().endpoint(local.port()));
  }

  @Override
  public int receiveBuffer() {
    return KERNEL_BYTES;
  }

  @Override
  public ByteBuf packet() {
    return Unpooled.buffer(Math.min(maxPacket, 2048), maxPacket);
  }

  @Override
  public boolean send(Endpoint to, ByteBuf packet) {
    loop.check();
    var bytes = new byte[packet.readableBytes()];
    packet.readBytes(bytes);
    packet.release();
    if (closed) {
      return false;
    }
    if (bytes.length == 0) {
      errors++;
      return false;
    }
    if (bytes.length > maxPacket) {
      droppedLong++;
      return false;
    }
    if (queuedBytes + bytes.length > maxQueuedBytes) {
      droppedFull++;
      return false;
    }
    if (leaving.isEmpty()) {
      loop.flushAtEnd(this::leave);
    }
    leaving.add(new Packet(to, bytes));
    queuedBytes += bytes.length;
    return true;
  }

  private void leave() {
    var going = List.copyOf(leaving);
    leaving.clear();
    queuedBytes = 0;
    for (var packet : going) {
      var target = target(packet.other);
      int fits = target == null ? Path.USUAL_MTU - HEADERS : fits(target);
      if (packet.bytes.length > fits) {
        tooLong(packet, fits);
        continue;
      }
      sent++;
      simulation.traffic().sentPackets++;
      if (target == null) {
        simulation.traffic().lostPackets++;
      } else {
        leave(packet, target);
      }
    }
  }

  private int fits(Machine target) {
    int mtu =
        target == life.machine()
            ? Path.LOOPBACK_MTU
            : simulation.network().path(life.name(), target.name).knownMtu();
    return mtu - HEADERS;
  }

  private void tooLong(Packet packet, int fits) {
    droppedPath++;
    if (!closed) {
      try {
        handler.tooLong(packet.other, packet.bytes.length, fits);
      } catch (RuntimeException e) {
        simulation.uncaught(e, "socket " + local);
      }
    }
  }

  private void leave(Packet packet, Machine target) {
    var weather = simulation.weather();
    var path = simulation.network().path(life.name(), target.name);
    if (target != life.machine() && !path.takes(packet.bytes.length + HEADERS)) {
      simulation.traffic().lostPackets++;
      return;
    }
    if (random.nextDouble() < weather.loss()) {
      simulation.inject(Injected.Kind.LOSS);
      simulation.traffic().lostPackets++;
      return;
    }
    long delay = path.nanos(packet.bytes.length);
    if (random.nextDouble() < weather.reorder()) {
      simulation.inject(Injected.Kind.REORDER);
      delay += random.nextLong(2_000_000);
    }
    fly(packet, target, path, delay);
    if (random.nextDouble() < weather.duplicate()) {
      simulation.inject(Injected.Kind.DUPLICATE);
      simulation.traffic().extraPackets++;
      fly(packet, target, path, delay + random.nextLong(5_000_000));
    }
  }

  private @Nullable Machine target(Endpoint to) {
    if (to.ipHigh() == 0 && (to.ipLow() == 1 || to.ipLow() >>> 24 == 0xffff_7fL)) {
      return life.machine();
    }
    for (var machine : simulation.machines()) {
      if (machine.endpoint(to.port()).equals(to)) {
        return machine;
      }
    }
    return null;
  }

  private void fly(Packet packet, Machine target, Path path, long delay) {
    simulation.after(Event.of(null, () -> land(packet, target, path)), delay);
  }

  private void land(Packet packet, Machine target, Path path) {
    if (path.isClogged() && !path.isCut()) {
      path.whenReleased(() -> fly(packet, target, path, random.nextLong(1_000_000)));
      return;
    }
    var there = target.hasLived() ? target.life() : null;
    var socket =
        there == null || there.isDead() || path.isCut()
            ? null
            : there.sockets().socket(packet.other.port());
    if (socket == null
        || !socket.take(new Packet(life.machine().endpoint(local.port()), packet.bytes.clone()))) {
      simulation.traffic().lostPackets++;
    }
  }

  private boolean take(Packet packet) {
    if (packet.bytes.length > maxPacket) {
      droppedLong++;
      return false;
    }
    if (arrivedBytes + packet.bytes.length > KERNEL_BYTES) {
      droppedKernel++;
      return false;
    }
    simulation.note(
        Trace.Kind.PACKET,
        life,
        packet.bytes.length,
        Trace.hash(packet.bytes, 0, packet.bytes.length));
    arrived.addLast(packet);
    arrivedBytes += packet.bytes.length;
    postRead();
    return true;
  }

  private void postRead() {
    if (!readPosted) {
      readPosted = true;
      loop.input(this::read);
    }
  }

  private void read() {
    readPosted = false;
    int count = 0;
    while (!closed && count < BATCH && !arrived.isEmpty()) {
      var packet = arrived.removeFirst();
      arrivedBytes -= packet.bytes.length;
      count++;
      received++;
      simulation.traffic().deliveredPackets++;
      var lent = Unpooled.wrappedBuffer(packet.bytes);
      try {
        handler.packet(packet.other, lent);
      } catch (RuntimeException e) {
        simulation.uncaught(e, "socket " + local);
      }
      if (lent.refCnt() != 1) {
        throw new AssertionError("a lent packet was retained or released: copy what you keep");
      }
      lent.release();
      Arrays.fill(packet.bytes, (byte) 0xdd);
    }
    if (count > 0 && !closed) {
      handler.batchEnd();
    }
    if (!closed && !arrived.isEmpty()) {
      postRead();
    }
  }

  @Override
  public Datagrams.Stats stats() {
    return new Datagrams.Stats(
        sent, received, droppedFull, droppedLong, droppedPath, droppedKernel, errors);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      life.sockets().closed(this);
      simulation.traffic().lostPackets += arrived.size();
      arrived.clear();
    }
  }
}
