package io.sennit.grid.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls and streams begun here, found by the number given to them. Numbers grow by one and skip
 * those whose slot is taken, so a look-up is one array access and nothing ever collides.
 */
final class PendingTable {
  /** What is found by number. */
  interface Pending {
    /** The number {@link #add} gave, unsigned, never 0. */
    long mux();

    /** Whether the message that begins it has been written, whole. */
    boolean isSent();
  }

  private @Nullable Pending[] slots = new @Nullable Pending[256];
  private final long first;
  private long next;
  private int size;

  PendingTable(long first) {
    this.first = first;
    this.next = first;
  }

  /** Whether a number was given to something here, which may be over. */
  boolean wasGiven(long mux) {
    return Long.compareUnsigned(mux - first, next - first) < 0;
  }

  int size() {
    return size;
  }

  /** The number {@code entry} shall have; it must be put in with {@link #add} right after. */
  long nextMux() {
    if (2 * size >= slots.length) {
      grow();
    }
    while (next == 0 || slots[slot(next)] != null) {
      next++;
    }
    return next;
  }

  void add(Pending entry) {
    slots[slot(entry.mux())] = entry;
    next = entry.mux() + 1;
    size++;
  }

  @Nullable Pending get(long mux) {
    var entry = slots[slot(mux)];
    return entry != null && entry.mux() == mux ? entry : null;
  }

  void remove(Pending entry) {
    int slot = slot(entry.mux());
    if (slots[slot] == entry) {
      slots[slot] = null;
      size--;
    }
  }

  /** All of them, in slot order. */
  List<Pending> all() {
    var list = new ArrayList<Pending>(size);
    for (var entry : slots) {
      if (entry != null) {
        list.add(entry);
      }
    }
    return list;
  }

  /** Whether the beginning of one of them still waits in a lane. */
  boolean anyUnsent() {
    for (var entry : slots) {
      if (entry != null && !entry.isSent()) {
        return true;
      }
    }
    return false;
  }

  private void grow() {
    var old = slots;
    slots = new @Nullable Pending[2 * old.length];
    for (var entry : old) {
      if (entry != null) {
        slots[slot(entry.mux())] = entry; // apart in the small table, so apart in the larger
      }
    }
  }

  private int slot(long mux) {
    return (int) mux & (slots.length - 1);
  }
}
