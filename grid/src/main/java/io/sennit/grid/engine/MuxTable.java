package io.sennit.grid.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A map from numbers the peer chose, without boxing; open addressing, linear probing. The place of
 * a number is the top of its product with a secret odd factor, so that a peer cannot choose numbers
 * that collide.
 */
final class MuxTable<T> {
  private final long factor;
  private long[] keys = new long[64];
  private @Nullable Object[] values = new @Nullable Object[64];
  private int size;

  /**
   * Empty.
   *
   * @param salt a number that the peer does not know
   */
  MuxTable(long salt) {
    this.factor = salt | 1;
  }

  int size() {
    return size;
  }

  @SuppressWarnings("unchecked")
  @Nullable T get(long key) {
    return (T) values[find(key)];
  }

  /** Sets the value of a key that has none. */
  void put(long key, T value) {
    if (2 * size >= values.length) {
      grow();
    }
    int i = find(key);
    if (values[i] == null) {
      size++;
    }
    keys[i] = key;
    values[i] = value;
  }

  @SuppressWarnings("unchecked")
  @Nullable T remove(long key) {
    int hole = find(key);
    var value = (T) values[hole];
    if (value == null) {
      return null;
    }
    size--;
    int mask = values.length - 1;
    values[hole] = null;
    // Close the gap: whatever was pushed past the hole moves back into it.
    for (int i = (hole + 1) & mask; values[i] != null; i = (i + 1) & mask) {
      int home = home(keys[i]);
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        keys[hole] = keys[i];
        values[hole] = values[i];
        values[i] = null;
        hole = i;
      }
    }
    return value;
  }

  /** All values, in an order that depends on the keys and their history only. */
  @SuppressWarnings("unchecked")
  List<T> all() {
    var list = new ArrayList<T>(size);
    for (var value : values) {
      if (value != null) {
        list.add((T) value);
      }
    }
    return list;
  }

  /** How far all entries together are from where they belong; for tests. */
  long steps() {
    long sum = 0;
    int mask = values.length - 1;
    for (int i = 0; i < values.length; i++) {
      if (values[i] != null) {
        sum += (i - home(keys[i])) & mask;
      }
    }
    return sum;
  }

  private int find(long key) {
    int mask = values.length - 1;
    int i = home(key);
    while (values[i] != null && keys[i] != key) {
      i = (i + 1) & mask;
    }
    return i;
  }

  private int home(long key) {
    return (int) (key * factor >>> 1 + Long.numberOfLeadingZeros(values.length));
  }

  private void grow() {
    var oldKeys = keys;
    var oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new @Nullable Object[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        values[at] = oldValues[i];
      }
    }
  }
}
