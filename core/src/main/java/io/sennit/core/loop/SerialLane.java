package io.sennit.core.loop;

import io.sennit.core.ConfigException;
import io.sennit.core.Within;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs user callbacks one at a time, in the order in which they were taken, on a thread of the
 * {@link Runner} that lives only while there is something to run. In a simulation the order of
 * everything around it comes from the seed.
 *
 * <pre>{@code
 * var lane = new SerialLane(loop, runner, "group-7", 1000, 8 << 20);
 * // on the engine's loop: the credit comes back when the callback is through
 * switch (lane.offer(() -> user.delivered(item), item.length, () -> credit(item.length))) {
 *   case TAKEN -> {}
 *   case FULL -> refuse(item);
 *   case CLOSED -> drop(item);
 * }
 * }</pre>
 *
 * <p>A callback that throws is logged (one line in ten seconds a lane) and the next one runs. An
 * interruption it leaves behind is cleared before the next. Every callback taken is answered once:
 * its {@code after} runs on the loop when it has ended, however it ended, or was dropped by the end
 * of the lane. All methods may be called from any thread unless they say otherwise.
 */
public final class SerialLane {
  private static final class Entry {
    final Runnable callback;
    final int bytes;
    final @Nullable Runnable after;

    Entry(Runnable callback, int bytes, @Nullable Runnable after) {
      if (bytes < 0) {
        throw new IllegalArgumentException(bytes + " bytes");
      }
      this.callback = callback;
      this.bytes = bytes;
      this.after = after;
    }
  }

  private final Loop loop;
  private final Runner runner;
  private final String name;
  private final TaskBudget taken; // and not ended
  private final Gate gate;
  private final RareLog log = RareLog.of("io.sennit.core.lane");
  private final ConcurrentLinkedQueue<Entry> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unanswered = new AtomicInteger(); // taken and `after` not yet run
  private final AtomicBoolean active = new AtomicBoolean(); // a run is due or under way
  private volatile @Nullable Run run; // the newest
  private volatile boolean closed;
  private volatile boolean dropping;
  private final List<Runnable> whenEmpty = new ArrayList<>(); // on the loop

  /**
   * An empty lane.
   *
   * @param loop where the {@code after}s run, and whose timers end waits
   * @param name of its threads, and in its log lines
   * @param maxTasks callbacks taken and not ended, 1 to 2^20; beyond it offers are refused
   * @param maxBytes an offer is refused while this many bytes or more are held, 1 or more
   */
  public SerialLane(Loop loop, Runner runner, String name, int maxTasks, long maxBytes) {
    if (maxTasks < 1
        || maxTasks > TaskBudget.MOST_TASKS
        || maxBytes < 1
        || maxBytes > TaskBudget.MOST_BYTES) {
      throw new ConfigException(
          "lane " + name, maxTasks + " tasks, " + maxBytes + " bytes", "up to 2^20 and 2^40");
    }
    this.loop = loop;
    this.runner = runner;
    this.name = name;
    this.taken = new TaskBudget(maxTasks, maxBytes);
    this.gate = new Gate(runner);
  }

  /**
   * Takes a callback, or says why not.
   *
   * @param size bytes the callback holds on to, 0 or more
   */
  public Offer offer(Runnable callback, int size) {
    return offer(new Entry(callback, size, null));
  }

  /**
   * Takes a callback, or says why not.
   *
   * @param size bytes the callback holds on to, 0 or more
   * @param after run once on the loop when the callback has ended or was dropped; not if the answer
   *     is other than {@code TAKEN}
   */
  public Offer offer(Runnable callback, int size, Runnable after) {
    return offer(new Entry(callback, size, after));
  }

  private Offer offer(Entry entry) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (!taken.tryTake(entry.bytes)) {
      return Offer.FULL;
    }
    unanswered.getAndIncrement();
    queue.add(entry);
    if (active.compareAndSet(false, true)) {
      start();
    } else {
      dropIfOver();
    }
    return Offer.TAKEN;
  }

  /**
   * Waits on the calling user thread until there is room, at most so long: {@code FULL} says that
   * there was none in time.
   *
   * @throws IllegalStateException on a loop, and from a callback of this lane, which would wait for
   *     itself
   */
  public Offer put(Runnable callback, int size, Within limit) throws InterruptedException {
    refuseOwnThread();
    var entry = new Entry(callback, size, null);
    var answer = new Offer[] {offer(entry)};
    if (answer[0] == Offer.FULL) {
      var unused =
          await(
              () -> {
                answer[0] = offer(entry);
                return answer[0] != Offer.FULL;
              },
              limit);
    }
    return answer[0];
  }

  /**
   * Waits on the calling user thread until nothing is pending, at most so long.
   *
   * @return whether it came to that
   * @throws IllegalStateException on a loop, and from a callback of this lane
   */
  public boolean awaitIdle(Within limit) throws InterruptedException {
    refuseOwnThread();
    return await(() -> pending() == 0, limit);
  }

  /** Callbacks taken and not ended, the running one among them. */
  public int pending() {
    return taken.tasks();
  }

  /** Bytes held by them. */
  public long pendingBytes() {
    return taken.bytes();
  }

  /** Whether an offer would be taken now. */
  public boolean hasRoom() {
    return !closed && taken.hasRoom();
  }

  /**
   * Takes nothing more and runs what was taken, at most so long; then interrupts the callback that
   * runs and drops the others. Does not wait itself.
   *
   * @param limit zero or more; zero drops at once what has not begun
   * @param ended run once on the loop: after the last {@code after}, or at the limit if a callback
   *     does not heed its interruption; never if the loop has ended
   */
  public void close(Duration limit, Runnable ended) {
    closed = true;
    gate.signal();
    if (!onLoop(() -> closing(limit.toNanos(), ended))) {
      dropAll();
    }
  }

  private void closing(long limitNanos, Runnable ended) {
    dropIfOver();
    var told = new AtomicBoolean();
    Runnable tell =
        () -> {
          if (told.compareAndSet(false, true)) {
            ended.run();
          }
        };
    Runnable over =
        () -> {
          endNow();
          onLoop(tell); // comes behind the `after`s of those dropped
        };
    if (limitNanos <= 0) {
      over.run();
      return;
    }
    var timer = loop.timer(over);
    timer.arm(limitNanos);
    whenEmpty.add(timer::cancel);
    whenEmpty.add(tell);
    lookEmpty();
  }

  private void endNow() {
    dropping = true;
    dropAll();
    var now = run;
    if (now != null) {
      now.cancel();
    }
  }

  private void lookEmpty() {
    if (!whenEmpty.isEmpty() && unanswered.get() == 0) {
      var tell = List.copyOf(whenEmpty);
      whenEmpty.clear();
      tell.forEach(Runnable::run);
    }
  }

  private void start() {
    var next = new Run();
    run = next;
    next.future = runner.start(name, next);
    dropIfOver();
    if (dropping) {
      next.cancel();
    }
  }

  /** A runner that was closed never begins what it is given: then nobody else would answer. */
  private void dropIfOver() {
    var now = run;
    if (now != null && now.isCancelled()) {
      closed = true;
      dropping = true;
    }
    if (dropping) {
      dropAll();
    }
  }

  private void dropAll() {
    for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
      settle(entry);
    }
  }

  /** From the first callback to the moment when none is left. */
  private final class Run implements Runnable {
    private volatile @Nullable Future<?> future;
    private volatile @Nullable Thread thread;

    @Override
    public void run() {
      thread = Thread.currentThread();
      do {
        for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
          if (!dropping && !isCancelled()) {
            call(entry);
          }
          settle(entry);
        }
        active.set(false);
      } while (!queue.isEmpty() && active.compareAndSet(false, true));
    }

    private void call(Entry entry) {
      try {
        entry.callback.run();
      } catch (Throwable t) {
        log.log(runner.nanoTime(), Level.ERROR, "a callback of " + name + " failed", t);
      }
      if (Thread.interrupted() && !dropping) {
        // its own affair: the next callback has not been interrupted
        log.log(runner.nanoTime(), Level.DEBUG, name + ": an interruption was left behind", null);
      }
    }

    boolean isCancelled() {
      var mine = future;
      return mine != null && mine.isCancelled();
    }

    void cancel() {
      var mine = future;
      if (mine != null) {
        mine.cancel(true);
      }
    }
  }

  private void settle(Entry entry) {
    taken.give(entry.bytes);
    gate.signal();
    if (entry.after != null) {
      if (!onLoop(() -> answer(entry.after))) {
        unanswered.getAndDecrement();
      }
    } else if (unanswered.decrementAndGet() == 0 && closed) {
      onLoop(this::lookEmpty);
    }
  }

  private void answer(Runnable after) {
    try {
      after.run();
    } finally {
      unanswered.getAndDecrement();
      lookEmpty();
    }
  }

  private boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      log.log(runner.nanoTime(), Level.DEBUG, name + " outlives its loop", e);
      return false;
    }
  }

  private void refuseOwnThread() {
    var now = run;
    if (now != null && now.thread == Thread.currentThread()) {
      throw new IllegalStateException(
          "a callback of " + name + " would wait for itself; use offer, or another thread");
    }
  }

  private boolean await(BooleanSupplier condition, Within limit) throws InterruptedException {
    if (condition.getAsBoolean()) {
      return true;
    }
    var met = new AtomicBoolean();
    var alarm = new Alarm();
    try {
      alarm.set(limit.nanos());
      gate.await(
          () -> {
            if (!met.get() && condition.getAsBoolean()) {
              met.set(true);
            }
            return met.get() || alarm.rung;
          });
    } finally {
      alarm.cancel();
    }
    return met.get();
  }

  /** Ends a wait of a user thread by a timer of the loop. */
  private final class Alarm {
    private volatile boolean rung;
    private Loop.@Nullable Timer timer; // on the loop

    void set(long nanos) {
      if (!onLoop(
          () -> {
            timer = loop.timer(this::ring);
            timer.arm(nanos);
          })) {
        ring();
      }
    }

    private void ring() {
      rung = true;
      gate.signal();
    }

    void cancel() {
      if (!rung) {
        var unused =
            onLoop(
                () -> {
                  if (timer != null) {
                    timer.cancel();
                  }
                });
      }
    }
  }
}
