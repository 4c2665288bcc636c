package io.sennit.sim.proxy;

import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Packets on their way, sent when they are due, ties in the order they came; at most 4096. */
final class DelayLine implements AutoCloseable {
  private static final int MOST = 4096;

  /** A packet: which way, to whom, and whether it is the second copy of one. */
  record Packet(
      Direction direction, DatagramSocket out, SocketAddress to, byte[] bytes, boolean twin) {}

  private record Flight(long dueNanos, long number, Packet packet) {}

  private final Standing standing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(
          Comparator.comparingLong((Flight f) -> f.dueNanos - BASE).thenComparing(Flight::number));
  private final EnumMap<Direction, Long> freeNanos = new EnumMap<>(Direction.class);
  private final EnumMap<Direction, Long> latest = new EnumMap<>(Direction.class); // number sent
  private long numbers;
  private boolean closed;

  // nanoTime may be anywhere; differences from one moment order correctly
  private static final long BASE = System.nanoTime();

  DelayLine(Standing standing) {
    this.standing = standing;
  }

  /** Takes a packet, unless the line is full. */
  void add(Packet packet) {
    long due = System.nanoTime() + standing.latencyNanos(packet.direction());
    var reorder = standing.now(packet.direction(), Disturbance.Reorder.class);
    if (reorder != null && standing.hits(reorder.share())) {
      due += reorder.late().toNanos();
    }
    lock.lock();
    try {
      if (flights.size() >= MOST) {
        standing.count(Kind.TAIL_DROP);
        return;
      }
      flights.add(new Flight(paced(packet, due), numbers++, packet));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private long paced(Packet packet, long due) {
    var rate = standing.now(packet.direction(), Disturbance.Rate.class);
    if (rate == null) {
      return due;
    }
    long free = freeNanos.getOrDefault(packet.direction(), due);
    boolean waits = free - due > 0;
    if (waits) {
      standing.count(Kind.RATE);
    }
    long start = waits ? free : due;
    freeNanos.put(
        packet.direction(), start + (long) (packet.bytes().length * 1e9 / rate.bytesPerSecond()));
    return start;
  }

  /** Sends until closed. */
  void run() {
    while (true) {
      Flight next;
      lock.lock();
      try {
        next = flights.peek();
        while (!closed && (next == null || next.dueNanos - System.nanoTime() > 0)) {
          if (next == null) {
            changed.await();
          } else {
            changed.awaitNanos(next.dueNanos - System.nanoTime());
          }
          next = flights.peek();
        }
        if (closed || next == null) {
          return;
        }
        flights.remove();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } finally {
        lock.unlock();
      }
      send(next);
    }
  }

  private void send(Flight flight) {
    var packet = flight.packet();
    if (flight.number() < latest.getOrDefault(packet.direction(), -1L)) {
      standing.count(Kind.REORDER);
    } else {
      latest.put(packet.direction(), flight.number());
    }
    if (packet.twin()) {
      standing.count(Kind.DUPLICATE);
    }
    try {
      var bytes = packet.bytes();
      packet.out().send(new DatagramPacket(bytes, bytes.length, packet.to()));
    } catch (IOException e) {
      standing.trouble("SendFailed"); // nobody there, or a port that closed: as a packet lost
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      flights.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
