package io.sennit.sim.proxy;

import io.sennit.sim.Injected;
import io.sennit.sim.Injected.Kind;
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
  /** A fault, and whether it stopped anything yet. */
  private static final class Stood {
    final Disturbance fault;
    boolean met;

    Stood(Disturbance fault) {
      this.fault = fault;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final EnumMap<Direction, Map<Class<?>, Stood>> standing = new EnumMap<>(Direction.class);
  private final Injected injected = new Injected();
  private final Map<String, Long> troubles = new TreeMap<>();
  private final SplittableRandom random;
  private boolean closed;

  Standing(long seed) {
    random = new SplittableRandom(seed);
    for (var direction : Direction.values()) {
      standing.put(direction, new HashMap<>());
    }
  }

  private Map<Class<?>, Stood> of(Direction direction) {
    return standing.computeIfAbsent(direction, d -> new HashMap<>());
  }

  void set(Direction direction, Disturbance fault) {
    locked(() -> of(direction).put(fault.getClass(), new Stood(fault)));
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
      var stood = of(direction).get(kind);
      return stood == null ? null : kind.cast(stood.fault);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a black hole stands; counted at the first thing that it stops. */
  boolean swallows(Direction direction) {
    lock.lock();
    try {
      var stood = of(direction).get(Disturbance.BlackHole.class);
      if (stood != null && !stood.met) {
        stood.met = true;
        injected.add(Kind.BLACK_HOLE);
      }
      return stood != null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while a black hole stands. */
  void awaitNoHole(Direction direction) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && swallows(direction)) {
        changed.await();
      }
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

  /** Something was done to what passes. */
  void count(Kind kind) {
    locked(() -> injected.add(kind));
  }

  /** Something stands whose effect is not seen here: the system's kernel refuses by itself. */
  void countSetUp(Kind kind) {
    locked(() -> injected.addSetUp(kind));
  }

  Injected injected() {
    lock.lock();
    try {
      return new Injected().plus(injected);
    } finally {
      lock.unlock();
    }
  }

  /** Something befell the proxy itself. */
  void trouble(String what) {
    locked(() -> troubles.merge(what, 1L, Long::sum));
  }

  Map<String, Long> troubles() {
    lock.lock();
    try {
      return new TreeMap<>(troubles);
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
    return latency == null ? 0 : latency.delay().toNanos() + dice(latency.jitter().toNanos() + 1);
  }

  /** Flips bits in place where that stands. */
  void corrupt(Direction direction, byte[] bytes, int length) {
    var flip = now(direction, Disturbance.Corrupt.class);
    if (flip != null && length > 0 && hits(Math.min(1, (double) length / flip.everyBytes()))) {
      bytes[(int) dice(length)] ^= (byte) (1 << dice(8));
      count(Kind.CORRUPT);
    }
  }
}
