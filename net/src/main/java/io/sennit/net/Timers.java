package io.sennit.net;

import io.sennit.core.spi.Loop.Timer;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A loop's timers: a binary heap by due time in which each timer knows its place, so arming again
 * and cancelling allocate nothing. Equal times fire in the order of their arming.
 */
final class Timers {
  private final LongSupplier clock;
  private Armed[] heap = new Armed[64];
  private int size;
  private long armings;

  Timers(LongSupplier clock) {
    this.clock = clock;
  }

  Timer timer(Runnable task) {
    return new Armed(task);
  }

  /**
   * Nanoseconds from {@code now} to the next due timer, at least 0; {@code Long.MAX_VALUE}: none.
   */
  long delay(long now) {
    return size == 0 ? Long.MAX_VALUE : Math.max(0, heap[0].due - now);
  }

  /** Runs what is due at {@code now}; what is armed meanwhile waits for the next turn. */
  void run(long now, java.util.function.Consumer<Runnable> runner) {
    long last = armings;
    while (size > 0) {
      var first = heap[0];
      if (first.due - now > 0 || first.order > last) {
        return;
      }
      remove(first);
      runner.accept(first.task);
    }
  }

  private void add(Armed timer) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(size++, timer);
  }

  private void remove(Armed timer) {
    int at = timer.at;
    var moved = heap[--size];
    clear(size);
    timer.at = -1;
    if (moved != timer) {
      up(at, moved);
      if (moved.at == at) {
        down(at, moved);
      }
    }
  }

  @SuppressWarnings("NullAway") // slots from size on are never read
  private void clear(int slot) {
    heap[slot] = null;
  }

  private void up(int from, Armed timer) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!timer.before(heap[parent])) {
        break;
      }
      place(at, heap[parent]);
      at = parent;
    }
    place(at, timer);
  }

  private void down(int from, Armed timer) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(timer)) {
        break;
      }
      place(at, heap[child]);
      at = child;
    }
    place(at, timer);
  }

  private void place(int at, Armed timer) {
    heap[at] = timer;
    timer.at = at;
  }

  private final class Armed implements Timer {
    final Runnable task;
    long due;
    long order;
    int at = -1;

    Armed(Runnable task) {
      this.task = task;
    }

    boolean before(@Nullable Armed other) {
      if (other == null) {
        return true;
      }
      long later = due - other.due;
      return later < 0 || later == 0 && order < other.order;
    }

    @Override
    public void arm(long delayNanos) {
      long now = clock.getAsLong();
      cancel();
      // half the range of a long keeps differences meaningful
      due = now + Math.clamp(delayNanos, 0, Long.MAX_VALUE >> 2);
      order = ++armings;
      add(this);
    }

    @Override
    public void cancel() {
      if (at >= 0) {
        remove(this);
      }
    }
  }
}
