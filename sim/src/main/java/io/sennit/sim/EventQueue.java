package io.sennit.sim;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Events by virtual time: a binary heap whose members know their place, so that moving and
 * cancelling one leaves nothing behind.
 */
final class EventQueue {
  static final int NOWHERE = -1;

  private final SplittableRandom ties;
  private @Nullable Event[] heap = new @Nullable Event[256];
  private int size;
  private long orders;

  EventQueue(SplittableRandom ties) {
    this.ties = ties;
  }

  int size() {
    return size;
  }

  /** Puts an event in, or moves it. */
  void schedule(Event event, long at) {
    event.at = at;
    event.tie = ties.nextInt();
    event.order = orders++;
    if (event.isScheduled()) {
      int i = event.place;
      if (!up(event, i)) {
        down(event, i);
      }
      return;
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
    }
    up(event, size++);
  }

  /** Takes an event out; harmless when it is not in. */
  void cancel(Event event) {
    if (event.isScheduled()) {
      remove(event.place);
    }
  }

  @Nullable Event peek() {
    return heap[0];
  }

  @Nullable Event poll() {
    var first = heap[0];
    if (first != null) {
      remove(0);
    }
    return first;
  }

  private void remove(int i) {
    at(i).place = NOWHERE;
    var last = at(--size);
    heap[size] = null;
    if (i < size && !up(last, i)) {
      down(last, i);
    }
  }

  private boolean up(Event event, int from) {
    int i = from;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      var above = at(parent);
      if (!event.before(above)) {
        break;
      }
      put(above, i);
      i = parent;
    }
    put(event, i);
    return i != from;
  }

  private void down(Event event, int from) {
    int i = from;
    while (2 * i + 1 < size) {
      int child = 2 * i + 1;
      if (child + 1 < size && at(child + 1).before(at(child))) {
        child++;
      }
      var below = at(child);
      if (!below.before(event)) {
        break;
      }
      put(below, i);
      i = child;
    }
    put(event, i);
  }

  private void put(Event event, int i) {
    heap[i] = event;
    event.place = i;
  }

  private Event at(int i) {
    var event = heap[i];
    if (event == null) {
      throw new IllegalStateException("no event at " + i + " of " + size);
    }
    return event;
  }
}
