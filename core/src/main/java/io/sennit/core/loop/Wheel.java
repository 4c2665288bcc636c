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
  private static final int DUE = SLOTS; // one slot more: what is expiring right now
  private static final int NONE = -1;

  /** A thing that can have one deadline at a time. */
  public abstract static class Entry extends Outbox.Node {
    private @Nullable Entry wheelPrevious;
    private @Nullable Entry wheelNext;
    private long wheelTick;
    private int wheelSlot = NONE;

    /** The deadline has passed; the entry is no longer armed. On the loop. */
    protected abstract void expired();

    /** Whether a deadline is set. */
    protected final boolean armed() {
      return wheelSlot != NONE;
    }
  }

  private final Loop loop;
  private final Loop.Timer timer;
  private final long origin;
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS + 1];
  private final long[] occupied = new long[SLOTS / 64];
  private long swept; // all slots up to and including this tick are done
  private long timerTick = Long.MAX_VALUE;
  private boolean sweeping;
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
    if (entry.wheelSlot != NONE) {
      unlink(entry);
    }
    long elapsed = loop.nanoTime() - origin;
    long sum = elapsed + Math.max(0, delayNanos);
    long at = sum < 0 ? Long.MAX_VALUE : sum;
    long tick = Math.max(swept + 1, at / TICK_NANOS + 1); // rounded up: never early
    entry.wheelTick = tick;
    link(entry, (int) (tick % SLOTS));
    if (tick < timerTick && !sweeping) { // the sweep arms the timer for all when it ends
      armTimer(tick);
    }
  }

  /** Forgets a deadline; harmless when none is set. */
  public void cancel(Entry entry) {
    if (entry.wheelSlot != NONE) {
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
    long now = (loop.nanoTime() - origin) / TICK_NANOS;
    swept = Math.max(swept, now - SLOTS); // one rotation meets every slot
    sweeping = true;
    try {
      expireDue(); // left over when an expired() threw
      while (swept < now && size > 0) {
        int slot = (int) (++swept % SLOTS);
        if ((occupied[slot >> 6] & 1L << slot) != 0) {
          collect(slot, now);
          expireDue();
        }
      }
      swept = Math.max(swept, now);
    } finally {
      sweeping = false;
      timerTick = Long.MAX_VALUE;
      if (swept < now || slots[DUE] != null) { // an expired() threw: the others go on at once
        armTimer(now);
      } else if (size > 0) {
        armTimer(nextOccupied());
      }
    }
  }

  private void expireDue() {
    for (var e = slots[DUE]; e != null; e = slots[DUE]) {
      unlink(e);
      e.expired();
    }
  }

  /**
   * Moves what is due to a slot of its own, where {@code expired()} of one may still cancel or arm
   * another.
   */
  private void collect(int slot, long now) {
    for (var e = slots[slot]; e != null; ) {
      var next = e.wheelNext;
      if (e.wheelTick <= now) {
        unlink(e);
        link(e, DUE);
      }
      e = next;
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
    long at = tick > Long.MAX_VALUE / TICK_NANOS ? Long.MAX_VALUE : tick * TICK_NANOS;
    timer.arm(Math.max(0, at - (loop.nanoTime() - origin)));
  }

  private void link(Entry e, int slot) {
    var first = slots[slot];
    e.wheelSlot = slot;
    e.wheelNext = first;
    if (first != null) {
      first.wheelPrevious = e;
    }
    slots[slot] = e;
    if (slot != DUE) {
      occupied[slot >> 6] |= 1L << slot;
    }
    size++;
  }

  private void unlink(Entry e) {
    int slot = e.wheelSlot;
    var previous = e.wheelPrevious;
    var next = e.wheelNext;
    if (previous == null) {
      slots[slot] = next;
      if (next == null && slot != DUE) {
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
    e.wheelSlot = NONE;
  }
}
