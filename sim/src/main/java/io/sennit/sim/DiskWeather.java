package io.sennit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What a machine's disk suffers at the moment. Who asks is about to write or to sync. */
final class DiskWeather {
  private record Slow(Fault fault, double factor) {}

  /** Why a write failed, and what to do. */
  record Failure(String what, String advice) {}

  private static final Failure FULL =
      new Failure("the disk is full", "Free some space, then close the store and open it again");
  private static final Failure BROKEN =
      new Failure("input/output error", "Look at the disk, then close the store and open it again");

  private final SplittableRandom random;
  private final List<Fault> full = new ArrayList<>();
  private final List<Fault> failing = new ArrayList<>();
  private final List<Fault> lying = new ArrayList<>();
  private final List<Slow> slow = new ArrayList<>();

  DiskWeather(SplittableRandom random) {
    this.random = random;
  }

  void fill(Fault by) {
    full.add(by);
  }

  void fail(Fault by) {
    failing.add(by);
  }

  void lie(Fault by) {
    lying.add(by);
  }

  void slow(Fault by, double factor) {
    slow.add(new Slow(by, factor));
  }

  void clear(Fault by) {
    full.remove(by);
    failing.remove(by);
    lying.remove(by);
    slow.removeIf(one -> one.fault == by);
  }

  /** Why a write fails now, or null. */
  @Nullable Failure write() {
    if (meets(full)) {
      return FULL;
    }
    return sync();
  }

  /** Why a sync fails now, or null; a failing disk fails every other time. */
  @Nullable Failure sync() {
    return !failing.isEmpty() && random.nextBoolean() && meets(failing) ? BROKEN : null;
  }

  /** Whether a sync is acknowledged now and does not happen. */
  boolean lies() {
    return meets(lying);
  }

  /** How long something takes that takes so long on a healthy disk. */
  long nanos(long usual) {
    double factor = 1;
    for (var one : slow) {
      one.fault.meets();
      factor = Math.max(factor, one.factor);
    }
    return (long) (usual * factor);
  }

  private static boolean meets(List<Fault> faults) {
    faults.forEach(Fault::meets);
    return !faults.isEmpty();
  }
}
