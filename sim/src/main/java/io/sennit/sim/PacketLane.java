package io.sennit.sim;

import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.sim.Injected.Kind;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One direction of a real socket in bad weather: drops, damages, delays and doubles packets. */
final class PacketLane {
  private static final int MOST_HELD = 4_096;
  private static final long REORDER_NANOS = 2_000_000;
  private static final long DUPLICATE_NANOS = 5_000_000;
  private static final int SPIKE = 20;

  /** Where packets go on. */
  interface Sink {
    /** The bytes are the sink's own; called on the loop. */
    void take(Endpoint other, byte[] bytes);

    /** Some that had been held back were given. */
    void pause();

    /** A packet was dropped that is longer than the path takes, and the path says so. */
    void tooLong(Endpoint other, int bytes, int fits);
  }

  private record Held(long dueNanos, long number, Endpoint other, byte[] bytes, boolean twin) {}

  private final Loop loop;
  private Loop.@Nullable Timer timer; // made on the loop
  private final SplittableRandom random;
  private final Consumer<Kind> counts;
  private final Sink sink;
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(PacketLane::inOrder); // differences order times rightly, sums do not
  private boolean inBurst;
  private boolean paced; // once, so that busyUntil is a time
  private long busyUntil;
  private long numbers;
  private long latest = -1;
  private boolean closed;

  PacketLane(Loop loop, SplittableRandom random, Consumer<Kind> counts, Sink sink) {
    this.loop = loop;
    this.random = random;
    this.counts = counts;
    this.sink = sink;
  }

  private static int inOrder(Held one, Held other) {
    int byTime = Long.signum(one.dueNanos - other.dueNanos);
    return byTime != 0 ? byTime : Long.compare(one.number, other.number);
  }

  private void arm(long nanos) {
    var known = timer;
    if (known == null) {
      known = loop.timer(this::release);
      timer = known;
    }
    known.arm(nanos);
  }

  /** A packet, in bytes that are the lane's own. */
  void pass(PathWeather weather, Endpoint other, byte[] bytes) {
    if (closed) {
      return;
    }
    inBurst = PacketDice.burst(weather, inBurst, random);
    int fits = weather.mtu() - PathWeather.HEADERS;
    if (weather.mtu() > 0 && bytes.length > fits) {
      counts.accept(Kind.TOO_LONG);
      if (!weather.blackHole()) {
        sink.tooLong(other, bytes.length, fits);
      }
      return;
    }
    var drop = PacketDice.drop(weather, inBurst, random);
    if (drop != null) {
      counts.accept(drop);
      return;
    }
    long waits = queue(weather.bottleneck(), bytes.length + PathWeather.HEADERS);
    if (waits < 0) {
      counts.accept(Kind.TAIL_DROP);
      return;
    }
    var passed = damaged(weather, bytes);
    long delay = waits + delay(weather);
    boolean doubled = PacketDice.hits(weather.duplicate(), random);
    go(other, passed, delay, false);
    if (doubled) {
      go(other, passed.clone(), delay + random.nextLong(DUPLICATE_NANOS), true);
    }
  }

  private long queue(Bottleneck through, int bytes) {
    if (through.isNone()) {
      return 0;
    }
    long now = loop.nanoTime();
    long backlog = paced ? Math.max(0, busyUntil - now) : 0;
    paced = true;
    double perNano = through.bytesPerSecond() / 1e9;
    if (backlog * perNano + bytes > through.queueBytes()) {
      return -1;
    }
    if (backlog > 0) {
      counts.accept(Kind.RATE);
    }
    busyUntil = now + backlog + (long) (bytes / perNano);
    return busyUntil - now;
  }

  private byte[] damaged(PathWeather weather, byte[] bytes) {
    var passed = bytes;
    if (passed.length > 1 && PacketDice.hits(weather.truncate(), random)) {
      passed = Arrays.copyOf(passed, random.nextInt(1, passed.length));
      counts.accept(Kind.TRUNCATE);
    }
    if (passed.length > 0 && PacketDice.hits(weather.corrupt(), random)) {
      PacketDice.flip(passed, random);
      counts.accept(Kind.CORRUPT);
    }
    return passed;
  }

  private long delay(PathWeather weather) {
    long nanos = 1_000L * weather.latencyMicros();
    if (weather.jitterMicros() > 0) {
      nanos += random.nextLong(1_000L * weather.jitterMicros());
    }
    if (PacketDice.hits(weather.spike(), random)) {
      counts.accept(Kind.SPIKE);
      nanos *= SPIKE;
    }
    if (PacketDice.hits(weather.reorder(), random)) {
      nanos += random.nextLong(REORDER_NANOS);
    }
    return nanos;
  }

  private void go(Endpoint other, byte[] bytes, long delay, boolean twin) {
    var one = new Held(loop.nanoTime() + delay, numbers++, other, bytes, twin);
    if (delay == 0) {
      give(one);
    } else if (held.size() >= MOST_HELD) {
      counts.accept(Kind.TAIL_DROP);
    } else {
      held.add(one);
      if (held.peek() == one) {
        arm(delay);
      }
    }
  }

  private void give(Held one) {
    if (one.number < latest) {
      counts.accept(Kind.REORDER);
    }
    latest = Math.max(latest, one.number);
    if (one.twin) {
      counts.accept(Kind.DUPLICATE);
    }
    sink.take(one.other, one.bytes);
  }

  private void release() {
    boolean any = false;
    for (var next = held.peek(); next != null && !closed; next = held.peek()) {
      long left = next.dueNanos - loop.nanoTime();
      if (left > 0) {
        arm(left);
        break;
      }
      held.remove();
      give(next);
      any = true;
    }
    if (any && !closed) {
      sink.pause();
    }
  }

  /** What is held back is lost. */
  void close() {
    closed = true;
    held.clear();
    if (timer != null) {
      timer.cancel();
    }
  }
}
