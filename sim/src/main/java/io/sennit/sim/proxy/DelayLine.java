package io.sennit.sim.proxy;

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

  private record Flight(
      long dueNanos, long number, DatagramSocket out, SocketAddress to, byte[] bytes) {}

  private final Standing standing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(
          Comparator.comparingLong((Flight f) -> f.dueNanos - BASE).thenComparing(Flight::number));
  private final EnumMap<Direction, Long> freeNanos = new EnumMap<>(Direction.class);
  private long numbers;
  private boolean closed;

  // nanoTime may be anywhere; differences from one moment order correctly
  private static final long BASE = System.nanoTime();

  DelayLine(Standing standing) {
    this.standing = standing;
  }

  /** Takes a packet, unless the line is full. */
  void add(Direction direction, DatagramSocket out, SocketAddress to, byte[] bytes) {
    long due = System.nanoTime() + standing.latencyNanos(direction);
    var reorder = standing.now(direction, Disturbance.Reorder.class);
    if (reorder != null && standing.hits(reorder.share())) {
      standing.count(Disturbance.Reorder.class);
      due += reorder.late().toNanos();
    }
    lock.lock();
    try {
      if (flights.size() >= MOST) {
        standing.count("Full");
        return;
      }
      flights.add(new Flight(paced(direction, due, bytes.length), numbers++, out, to, bytes));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private long paced(Direction direction, long due, int length) {
    var bandwidth = standing.now(direction, Disturbance.Bandwidth.class);
    if (bandwidth == null) {
      return due;
    }
    standing.count(Disturbance.Bandwidth.class);
    long free = freeNanos.getOrDefault(direction, due);
    long start = free - due > 0 ? free : due;
    freeNanos.put(direction, start + (long) (length * 1e9 / bandwidth.bytesPerSecond()));
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
      try {
        next.out.send(new DatagramPacket(next.bytes, next.bytes.length, next.to));
      } catch (IOException e) {
        standing.count("SendFailed"); // nobody there, or a port that closed: as a packet lost
      }
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
