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

/** A bound socket: packets leave at the turn's end and suffer the weather one by one. */
final class SimSocket implements Datagrams.Socket {
  private static final int KERNEL_BYTES = 256 << 10; // arrived and unread; more is lost
  private static final int BATCH = 64;

  private record Packet(Endpoint other, byte[] bytes) {}

  private final Life life;
  private final Simulation simulation;
  private final SimLoop loop;
  private final Address local;
  private final int maxPacket;
  private final long maxQueuedBytes;
  private final Datagrams.Handler handler;
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
      Datagrams.Handler handler) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.local = local;
    this.maxPacket = maxPacket;
    this.maxQueuedBytes = maxQueuedBytes;
    this.handler = handler;
  }

  @Override
  public Address local() {
    return local;
  }

  @Override
  public Optional<Endpoint> localToward(Endpoint peer) {
    loop.check();
    var target = closed ? null : simulation.network().packets().target(life, peer);
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
    var packets = simulation.network().packets();
    for (var packet : going) {
      int fits = packets.fits(life, packet.other);
      if (packet.bytes.length > fits) {
        tooLong(packet, fits);
      } else {
        sent++;
        packets.send(life, local.port(), packet.other, packet.bytes);
      }
    }
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

  /** A packet arrives, in bytes that are its own; false: there is no room for it. */
  boolean take(Endpoint from, byte[] bytes) {
    return take(new Packet(from, bytes));
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
