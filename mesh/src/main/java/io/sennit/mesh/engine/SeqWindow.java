package io.sennit.mesh.engine;

import java.util.BitSet;

/** Which message numbers are finished, from the lowest that is not; a peer may run so far ahead. */
final class SeqWindow {
  /** Numbers beyond the lowest unfinished one that a peer may use. */
  static final int SIZE = 4096;

  private final BitSet done = new BitSet(SIZE);
  private long base;

  /** Whether a number is further ahead than a peer may be. */
  boolean isBeyond(long seq) {
    return seq >= base + SIZE;
  }

  boolean isDone(long seq) {
    return seq < base || done.get(slot(seq));
  }

  /** Marks a number that is neither beyond nor done. */
  void finish(long seq) {
    done.set(slot(seq));
    while (done.get(slot(base))) {
      done.clear(slot(base));
      base++;
    }
  }

  private static int slot(long seq) {
    return (int) (seq % SIZE);
  }
}
