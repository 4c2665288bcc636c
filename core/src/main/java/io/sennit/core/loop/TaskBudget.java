package io.sennit.core.loop;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound in tasks and bytes at once, in one word: so a taking that is refused never hides room
 * from others, not even for a moment.
 */
final class TaskBudget {
  static final int MOST_TASKS = 1 << 20;
  static final long MOST_BYTES = 1L << 40;

  private static final int SHIFT = 42; // MOST_BYTES and one size more
  private static final long BYTES = (1L << SHIFT) - 1;

  private final int maxTasks;
  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();

  TaskBudget(int maxTasks, long maxBytes) {
    this.maxTasks = maxTasks;
    this.maxBytes = maxBytes;
  }

  boolean tryTake(int size) {
    while (true) {
      long now = used.get();
      if (now >>> SHIFT >= maxTasks || size > 0 && (now & BYTES) >= maxBytes) {
        return false;
      }
      if (used.compareAndSet(now, now + (1L << SHIFT) + size)) {
        return true;
      }
    }
  }

  void give(int size) {
    used.addAndGet(-(1L << SHIFT) - size);
  }

  boolean hasRoom() {
    long now = used.get();
    return now >>> SHIFT < maxTasks && (now & BYTES) < maxBytes;
  }

  int tasks() {
    return (int) (used.get() >>> SHIFT);
  }

  long bytes() {
    return used.get() & BYTES;
  }
}
