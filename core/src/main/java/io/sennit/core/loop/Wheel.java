package io.sennit.core.loop;

import io.sennit.core.spi.Loop;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines by the hundred thousand on one loop timer: a hashed wheel of 512 slots of 4 ms. It is
 * intrusive (the thing with the deadline is the entry) and never allocates. A deadline fires up to
 * one tick late, never early. All methods belong to the loop.
 */
public final class Wheel {
  /** Nanoseconds of one slot. */
  public static final long TICK_NANOS = 4_000_000;

  private static final int SLOTS = 512;

  /** A thing that can have one deadline at a time. */
  public abstract static class Entry extends Outbox.Node {
    private @Nullable Entry wheelPrevious;
    private @Nullable Entry wheelNext;
    private long wheelTick = -1;

    /** The deadline has passed; the entry is no longer armed. On the loop. */
    protected abstract void expired();

    /** Whether a deadline is set. */
    protected final boolean armed() {
      return wheelTick >= 0;
    }
  }

  private final Loop loop;
  private final Loop.Timer timer;
  private final long origin;
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
  private final long[] occupied = new long[SLOTS / 64];
  private long swept; // all slots up to and including this tick are done
  private long timerTick = Long.MAX_VALUE;
  private int size;

  /** An empty wheel on a loop; must be made on it. */
  public Wheel(Loop loop) {
    this.loop = loop;
    this.origin = loop.nanoTime();
    this.timer = loop.timer(this::sweep);
  }

  /** How many deadlines are set. */
  public int size() {
    return size;
  }

  /** Sets a deadline, replacing an earlier one. */
  public void arm(Entry entry, long delayNanos) {
    if (entry.wheelTick >= 0) {
      unlink(entry);
    }
    long elapsed = loop.nanoTime() - origin;
    long sum = elapsed + Math.max(0, delayNanos);
    long at = sum < 0 ? Long.MAX_VALUE : sum;
    long tick = Math.max(swept + 1, at / TICK_NANOS + 1); // rounded up: never early
    entry.wheelTick = tick;
    int slot = (int) (tick % SLOTS);
    var first = slots[slot];
    entry.wheelNext = first;
    if (first != null) {
      first.wheelPrevious = entry;
    }
    slots[slot] = entry;
    occupied[slot >> 6] |= 1L << slot;
    size++;
    if (tick < timerTick) {
      armTimer(tick);
    }
  }

  /** Forgets a deadline; harmless when none is set. */
  public void cancel(Entry entry) {
    if (entry.wheelTick >= 0) {
      unlink(entry);
      if (size == 0) {
        timer.cancel();
        timerTick = Long.MAX_VALUE;
      }
    }
  }

  /** Forgets all deadlines without firing them. */
  public void clear() {
    for (var first : slots) {
      for (var e = first; e != null; ) {
        var next = e.wheelNext;
        reset(e);
        e = next;
      }
    }
    Arrays.fill(slots, null);
    Arrays.fill(occupied, 0);
    size = 0;
    timer.cancel();
    timerTick = Long.MAX_VALUE;
  }

  private void sweep() {
    timerTick = Long.MAX_VALUE;
    long now = (loop.nanoTime() - origin) / TICK_NANOS;
    long from = Math.max(swept + 1, now - SLOTS + 1);
    swept = Math.max(swept, now);
    for (long tick = from; tick <= now && size > 0; tick++) {
      int slot = (int) (tick % SLOTS);
      if ((occupied[slot >> 6] & 1L << slot) != 0) {
        expire(slot, now);
      }
    }
    if (size > 0 && timerTick == Long.MAX_VALUE) {
      armTimer(nextOccupied());
    }
  }

  private void expire(int slot, long now) {
    // What expires is moved to a list of its own first: expired() may arm or cancel others.
    Entry due = null;
    for (var e = slots[slot]; e != null; ) {
      var next = e.wheelNext;
      if (e.wheelTick <= now) {
        unlink(e);
        e.wheelNext = due;
        due = e;
      }
      e = next;
    }
    while (due != null) {
      var e = due;
      due = e.wheelNext;
      if (e.wheelTick < 0) { // not armed again meanwhile by another's expired()
        e.wheelNext = null;
        e.expired();
      }
    }
  }

  private long nextOccupied() {
    for (long tick = swept + 1; tick <= swept + SLOTS; tick++) {
      int slot = (int) (tick % SLOTS);
      long word = occupied[slot >> 6];
      if (word == 0) {
        tick += 63 - (slot & 63); // skip the rest of an empty word
      } else if ((word & 1L << slot) != 0) {
        return tick;
      }
    }
    throw new IllegalStateException("a wheel of " + size + " entries has no occupied slot");
  }

  private void armTimer(long tick) {
    timerTick = tick;
    timer.arm(Math.max(0, tick * TICK_NANOS - (loop.nanoTime() - origin)));
  }

  private void unlink(Entry e) {
    int slot = (int) (e.wheelTick % SLOTS);
    var previous = e.wheelPrevious;
    var next = e.wheelNext;
    if (previous == null) {
      slots[slot] = next;
      if (next == null) {
        occupied[slot >> 6] &= ~(1L << slot);
      }
    } else {
      previous.wheelNext = next;
    }
    if (next != null) {
      next.wheelPrevious = previous;
    }
    reset(e);
    size--;
  }

  private static void reset(Entry e) {
    e.wheelPrevious = null;
    e.wheelNext = null;
    e.wheelTick = -1;
  }
}
