package io.sennit.session;

import io.sennit.core.ConfigException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A queue whose producer never waits: what finds no room is refused. In the order of one producer,
 * bounded in items and in bytes, without a task of its own. The original's may be overtaken by what
 * is pushed directly, takes 163 million items of any size, and keeps a task for as long as it is
 * not drained. Seed: {@code session.NonBlockingQueue}; {@link #poll} and {@link #take} are its
 * {@code Channel}.
 *
 * <p>One thread pushes at a time, any number take. After {@link #close} what was queued is still
 * taken, then comes the end.
 *
 * @param <T> the items
 */
public final class NonBlockingQueue<T> {
  /** What is said when it is full; the original's words. */
  public static final String FULL = "queue is at maximum capacity";

  private record Item<T>(T value, int bytes) {}

  private final ConcurrentLinkedQueue<Item<T>> items = new ConcurrentLinkedQueue<>();
  private final int capacity;
  private final long maxBytes;
  private final Runner runner;
  private final Loop loop;
  private final Gate gate;
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean closed;

  /**
   * An empty queue.
   *
   * @param capacity items it holds at most, 1 or more
   * @param maxBytes bytes its items may have together, 1 or more; a first item may be longer
   * @param loop whose timer ends waits
   * @param runner of the threads that wait
   */
  public NonBlockingQueue(int capacity, long maxBytes, Loop loop, Runner runner) {
    if (capacity < 1 || maxBytes < 1) {
      throw new ConfigException(
          "queue", capacity + " items, " + maxBytes + " bytes", "one and more of both");
    }
    this.capacity = capacity;
    this.maxBytes = maxBytes;
    this.loop = loop;
    this.runner = runner;
    this.gate = new Gate(runner);
  }

  /**
   * Room as the original counts it: one item in its channel, and a buffer that doubles.
   *
   * @param base the buffer's first size, 1 or more
   * @param doublings how often it may double, 0 or more
   */
  public static int capacity(int base, int doublings) {
    return Math.addExact(1, Math.multiplyExact(base, 1 << doublings));
  }

  /** Whether an item of so many bytes would be taken now. */
  public boolean hasRoom(int itemBytes) {
    long held = count.get();
    return !closed && held < capacity && (held == 0 || bytes.get() + itemBytes <= maxBytes);
  }

  /**
   * Takes an item, or refuses it at once. Any thread, one at a time.
   *
   * @param itemBytes what it holds on to, 0 or more
   * @throws RejectedException if there is no room, or the queue is closed
   */
  public void push(T item, int itemBytes) {
    if (!offer(item, itemBytes)) {
      throw new RejectedException(
          closed ? "the queue is closed" : FULL,
          ErrorContext.advice("Take what is queued, or push less."));
    }
  }

  /** The same without an exception: false if it was refused. */
  public boolean offer(T item, int itemBytes) {
    if (!hasRoom(itemBytes)) {
      refused.getAndIncrement();
      return false;
    }
    accepted.getAndIncrement();
    count.getAndIncrement();
    bytes.getAndAdd(itemBytes);
    items.add(new Item<>(item, itemBytes));
    gate.signal();
    return true;
  }

  /** Drops the oldest item to make room; empty if there is none. It counts as dropped. */
  public Optional<T> dropOldest() {
    var oldest = poll();
    if (oldest.isPresent()) {
      dropped.getAndIncrement();
    }
    return oldest;
  }

  /** The next item if there is one; does not wait. */
  public Optional<T> poll() {
    var item = items.poll();
    if (item == null) {
      return Optional.empty();
    }
    count.getAndDecrement();
    bytes.getAndAdd(-item.bytes());
    return Optional.of(item.value());
  }

  /** Takes no more; whoever waits is woken when what was queued has been taken. */
  public void close() {
    closed = true;
    gate.signal();
  }

  /** Whether it is closed and everything was taken. */
  public boolean isEnded() {
    return closed && items.isEmpty();
  }

  /**
   * Waits for the next item on a user thread; empty when the time is over or the queue has ended
   * ({@link #isEnded} tells them apart).
   *
   * @throws InterruptedException if the thread is interrupted
   * @throws IllegalStateException on a loop
   */
  public Optional<T> take(Within limit) throws InterruptedException {
    var first = poll();
    if (first.isPresent() || isEnded()) {
      return first;
    }
    if (!runner.mayBlock()) {
      throw new IllegalStateException("a blocking call on an event loop; use poll");
    }
    var alarm = new Alarm(limit.nanos());
    try {
      while (true) {
        gate.await(() -> !items.isEmpty() || closed || alarm.rung.get());
        var item = poll();
        if (item.isPresent() || isEnded() || alarm.rung.get()) {
          return item;
        }
      }
    } finally {
      alarm.cancel();
    }
  }

  /** Items in it. */
  public int size() {
    return (int) count.get();
  }

  /** Bytes of the items in it. */
  public long bytes() {
    return bytes.get();
  }

  /** Counts since it was made: taken in, refused for want of room, dropped for a newer one. */
  public Counts counts() {
    return new Counts(accepted.get(), refused.get(), dropped.get());
  }

  /**
   * What became of items.
   *
   * @param accepted taken in
   * @param refused for want of room, or at the end
   * @param dropped taken in and dropped for a newer one
   */
  public record Counts(long accepted, long refused, long dropped) {}

  /** Ends a wait by a timer of the loop. */
  private final class Alarm {
    private final AtomicBoolean rung = new AtomicBoolean();
    private Loop.@Nullable Timer timer; // on the loop

    Alarm(long nanos) {
      loop.execute(
          () -> {
            timer = loop.timer(this::ring);
            timer.arm(nanos);
          });
    }

    private void ring() {
      rung.set(true);
      gate.signal();
    }

    void cancel() {
      loop.execute(
          () -> {
            if (timer != null) {
              timer.cancel();
            }
          });
    }
  }
}
