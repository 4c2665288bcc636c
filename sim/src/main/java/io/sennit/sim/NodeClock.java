package io.sennit.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

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
  private @Nullable Fault drift;
  private Duration skew = Duration.ZERO;
  private @Nullable Fault step;

  NodeClock(Simulation simulation, SplittableRandom random) {
    this.simulation = simulation;
    this.origin = random.nextLong(-(1L << 40), 1L << 40);
  }

  long nanoTime() {
    meets(drift);
    return origin + simulation.now() + driftNow();
  }

  Instant wallTime() {
    meets(step);
    return BEGIN.plusNanos(simulation.now()).plus(skew);
  }

  private static void meets(@Nullable Fault fault) {
    if (fault != null) {
      fault.meets();
    }
  }

  void step(Duration by, Fault fault) {
    skew = skew.plus(by);
    step = fault;
  }

  void drift(double ppm, Fault fault) {
    drifted = driftNow();
    driftSince = simulation.now();
    driftPpm = ppm;
    drift = ppm == 0 ? null : fault;
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
