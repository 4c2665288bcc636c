package io.sennit.sim;

import java.util.ArrayDeque;

/**
 * The queue before a bottleneck: packets find room in it or are dropped; segments of links, which
 * their senders send again, wait outside until half of it is free, so that packets have a part of
 * the rate however many links there are.
 */
final class RateQueue {
  private static final int LEAST_PART = 1_500;

  private static final class Segment {
    final Bottleneck through;
    final Runnable left;
    int bytes; // that are outside

    Segment(Bottleneck through, int bytes, Runnable left) {
      this.through = through;
      this.bytes = bytes;
      this.left = left;
    }
  }

  private final Simulation simulation;
  private final ArrayDeque<Segment> outside = new ArrayDeque<>();
  private final Event next = Event.of(null, this::enter);
  private long busyUntil;

  RateQueue(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Nanoseconds until a packet that comes now has left it; -1: there is no room. */
  long packet(Bottleneck through, int bytes) {
    if (through.isNone()) {
      return 0;
    }
    if (backlog(through) + bytes > through.queueBytes()) {
      return -1;
    }
    return take(through, bytes);
  }

  /** Does something when a segment that comes now has left it: at once without a rate. */
  void segment(Bottleneck through, int bytes, Runnable left) {
    if (through.isNone() && outside.isEmpty()) {
      left.run();
      return;
    }
    outside.addLast(new Segment(through, bytes, left));
    if (!next.isScheduled()) {
      enter();
    }
  }

  private void enter() {
    for (var one = outside.peekFirst(); one != null; one = outside.peekFirst()) {
      var through = one.through;
      if (through.isNone()) {
        outside.removeFirst();
        one.left.run();
        continue;
      }
      // Long ones enter in parts, as packets of TCP do.
      int part = Math.min(one.bytes, Math.max(LEAST_PART, through.queueBytes() / 8));
      long over = backlog(through) - Math.max(0, through.queueBytes() / 2 - part);
      if (over > 0) {
        simulation.inject(Injected.Kind.RATE);
        simulation.after(next, nanos(through, over) + 1);
        return;
      }
      long leaves = take(through, part);
      one.bytes -= part;
      if (one.bytes == 0) {
        outside.removeFirst();
        simulation.after(Event.of(null, one.left), leaves);
      }
    }
  }

  private long take(Bottleneck through, int bytes) {
    long now = simulation.now();
    if (busyUntil > now) {
      simulation.inject(Injected.Kind.RATE);
    }
    busyUntil = Math.max(busyUntil, now) + nanos(through, bytes);
    return busyUntil - now;
  }

  private long backlog(Bottleneck through) {
    long nanos = Math.max(0, busyUntil - simulation.now());
    return (long) (nanos * (through.bytesPerSecond() / 1e9));
  }

  private static long nanos(Bottleneck through, long bytes) {
    return (long) (bytes * 1e9 / through.bytesPerSecond());
  }
}
