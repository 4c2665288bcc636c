package io.sennit.sim.proxy;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The faults that stand at this moment in each direction, one of a kind, the dice and the counts of
 * what was done. All threads of a proxy look here; those that wait are woken by a change.
 */
final class Standing {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final EnumMap<Direction, Map<Class<?>, Disturbance>> standing =
      new EnumMap<>(Direction.class);
  private final Map<String, Long> counts = new TreeMap<>();
  private final SplittableRandom random;
  private boolean closed;

  Standing(long seed) {
    random = new SplittableRandom(seed);
    for (var direction : Direction.values()) {
      standing.put(direction, new HashMap<>());
    }
  }

  private Map<Class<?>, Disturbance> of(Direction direction) {
    return standing.computeIfAbsent(direction, d -> new HashMap<>());
  }

  void set(Direction direction, Disturbance fault) {
    locked(() -> of(direction).put(fault.getClass(), fault));
  }

  void lift(Class<? extends Disturbance> kind) {
    locked(() -> standing.values().forEach(faults -> faults.remove(kind)));
  }

  void clear() {
    locked(() -> standing.values().forEach(Map::clear));
  }

  void close() {
    locked(() -> closed = true);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The fault of a kind that stands now, or null. */
  <F extends Disturbance> @Nullable F now(Direction direction, Class<F> kind) {
    lock.lock();
    try {
      return kind.cast(of(direction).get(kind));
    } finally {
      lock.unlock();
    }
  }

  /** Waits while a fault of this kind stands; how often it had to (0 or 1). */
  int awaitLifted(Direction direction, Class<? extends Disturbance> kind)
      throws InterruptedException {
    lock.lock();
    try {
      int waited = 0;
      while (!closed && of(direction).containsKey(kind)) {
        waited = 1;
        changed.await();
      }
      return waited;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a moment of {@link System#nanoTime}, or until closed. */
  void awaitTime(long dueNanos) throws InterruptedException {
    lock.lock();
    try {
      for (long left = dueNanos - System.nanoTime();
          left > 0 && !closed;
          left = dueNanos - System.nanoTime()) {
        changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  void count(Class<? extends Disturbance> kind) {
    count(kind.getSimpleName());
  }

  void count(String what) {
    lock.lock();
    try {
      counts.merge(what, 1L, Long::sum);
    } finally {
      lock.unlock();
    }
  }

  Map<String, Long> counts() {
    lock.lock();
    try {
      return new TreeMap<>(counts);
    } finally {
      lock.unlock();
    }
  }

  boolean hits(double share) {
    lock.lock();
    try {
      return share > 0 && random.nextDouble() < share;
    } finally {
      lock.unlock();
    }
  }

  /** From 0 to {@code bound}, exclusive; 0 for a bound below 1. */
  long dice(long bound) {
    lock.lock();
    try {
      return bound < 1 ? 0 : random.nextLong(bound);
    } finally {
      lock.unlock();
    }
  }

  /** How much later something that is here now is due. */
  long latencyNanos(Direction direction) {
    var latency = now(direction, Disturbance.Latency.class);
    if (latency == null) {
      return 0;
    }
    count(Disturbance.Latency.class);
    return latency.delay().toNanos() + dice(latency.jitter().toNanos() + 1);
  }

  /** Flips bits in place where a flip stands. */
  void flip(Direction direction, byte[] bytes, int length) {
    var flip = now(direction, Disturbance.FlipBit.class);
    if (flip != null && length > 0 && hits(Math.min(1, (double) length / flip.everyBytes()))) {
      bytes[(int) dice(length)] ^= (byte) (1 << dice(8));
      count(Disturbance.FlipBit.class);
    }
  }
}
