package io.sennit.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * A node's clocks: the monotonic one may run a little fast or slow and begins anywhere; the wall
 * clock may be off and may step.
 */
final class NodeClock {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final double MILLION = 1_000_000;

  private final Simulation simulation;
  private final long origin;
  private double driftPpm;
  private long drifted; // local minus world nanoseconds when the drift last changed
  private long driftSince;
  private Duration skew = Duration.ZERO;

  NodeClock(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.origin = random.nextLong(-(1L << 40), 1L << 40);
  }

  long nanoTime() {
    return origin + simulation.now() + driftNow();
  }

  Instant wallTime() {
    return BEGIN.plusNanos(simulation.now()).plus(skew);
  }

  void step(Duration by) {
    skew = skew.plus(by);
  }

  void drift(double ppm) {
    drifted = driftNow();
    driftSince = simulation.now();
    driftPpm = ppm;
  }

  /** World nanoseconds after which this clock has gone on by so many. */
  long worldNanos(long local) {
    if (driftPpm == 0 || local > Long.MAX_VALUE / 4) {
      return local;
    }
    return (long) Math.ceil(local / (1 + driftPpm / MILLION)) + 1;
  }

  private long driftNow() {
    return drifted + (long) Math.floor((simulation.now() - driftSince) * (driftPpm / MILLION));
  }
}
