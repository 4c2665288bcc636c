package io.sennit.core.loop;

import java.util.concurrent.atomic.AtomicLong;

/** A bound in bytes that any thread takes from and the loop gives back to. */
public final class Budget {
  private final long max;
  private final AtomicLong used = new AtomicLong();

  /**
   * All free.
   *
   * @param max takings are refused while this many bytes or more are used; so one thing larger than
   *     the bound still passes when nothing else is there
   */
  public Budget(long max) {
    this.max = max;
  }

  /** Takes, or refuses. */
  public boolean tryTake(long bytes) {
    if (used.get() >= max) {
      return false;
    }
    used.addAndGet(bytes);
    return true;
  }

  /** Takes whether there is room or not: for what may not be refused any more. */
  public void take(long bytes) {
    used.addAndGet(bytes);
  }

  /** Gives back. */
  public void give(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Whether a taking would pass now. */
  public boolean hasRoom() {
    return used.get() < max;
  }

  /** Bytes used now. */
  public long used() {
    return used.get();
  }

  /** The bound. */
  public long max() {
    return max;
  }
}
