package io.sennit.shards.engine;

/** Until when a node may run shards; written by its loop, read by any thread. */
public final class Lease {
  private static final long NEVER = Long.MAX_VALUE;

  private volatile long endNanos;
  private volatile boolean held;

  /** Not held. */
  public Lease() {}

  /** Whether it is held at a moment of the node's monotonic clock. */
  public boolean isValid(long nanoTime) {
    return held && (endNanos == NEVER || nanoTime - endNanos < 0);
  }

  /** Held until a moment; never shortens it while it is held. */
  void extend(long untilNanos) {
    if (!held || endNanos == NEVER || untilNanos - endNanos > 0) {
      endNanos = untilNanos;
      held = true;
    }
  }

  /** Held without an end: an original orchestrator gives no leases. */
  void unlimited() {
    endNanos = NEVER;
    held = true;
  }

  /** No longer held. */
  void drop() {
    held = false;
  }

  /** When it ends; only while it is held. */
  long endNanos() {
    return endNanos;
  }

  boolean isHeld() {
    return held;
  }

  boolean isUnlimited() {
    return held && endNanos == NEVER;
  }
}
