package io.sennit.causal.engine;

import java.util.Arrays;

/** A row of numbers under consecutive indexes, growing at its end and shrinking at its front. */
final class LongRing {
  private long[] values = new long[16];
  private long first;
  private long next;

  LongRing(long first) {
    this.first = first;
    this.next = first;
  }

  long first() {
    return first;
  }

  long next() {
    return next;
  }

  boolean isEmpty() {
    return first == next;
  }

  void add(long value) {
    if (next - first == values.length) {
      grow();
    }
    values[slot(next++)] = value;
  }

  long get(long index) {
    if (index < first || index >= next) {
      throw new IndexOutOfBoundsException(index + " is not in " + first + " to " + next);
    }
    return values[slot(index)];
  }

  void removeFirst() {
    if (isEmpty()) {
      throw new IndexOutOfBoundsException("empty");
    }
    first++;
  }

  private int slot(long index) {
    return (int) (index & (values.length - 1));
  }

  private void grow() {
    var bigger = new long[values.length * 2];
    for (long i = first; i < next; i++) {
      bigger[(int) (i & (bigger.length - 1))] = values[slot(i)];
    }
    Arrays.fill(values, 0);
    values = bigger;
  }
}
