package io.sennit.sim;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time and what is to happen in it. One thread at a time, the driver, makes things happen;
 * it is whoever called last.
 */
final class Timeline {
  private final EventQueue queue;
  private final BooleanSupplier userCodeRuns;
  private final ConcurrentLinkedQueue<SimLoop> foreign = new ConcurrentLinkedQueue<>();
  private volatile Thread driver = Thread.currentThread();
  private long now;
  private long events;
  private boolean stepping;
  private @Nullable SimLoop turn;
  private boolean closed;

  Timeline(SplittableRandom ties, BooleanSupplier userCodeRuns) {
    this.queue = new EventQueue(ties);
    this.userCodeRuns = userCodeRuns;
  }

  long now() {
    return now;
  }

  long events() {
    return events;
  }

  boolean isEmpty() {
    return queue.size() == 0;
  }

  /** Nothing more will happen; false: it was so before. */
  boolean close() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  // ---- going on

  /** Does the next thing; false: there is none. */
  boolean step() {
    if (stepping || closed || userCodeRuns.getAsBoolean()) {
      throw new IllegalStateException(
          closed ? "the simulation is closed" : "the simulation runs already");
    }
    driver = Thread.currentThread();
    if (!foreign.isEmpty()) {
      takeForeign();
    }
    var event = queue.poll();
    if (event == null) {
      return false;
    }
    now = Math.max(now, event.at);
    var owner = event.owner;
    if (owner != null && owner.isDead()) {
      return true;
    }
    if (owner != null && owner.isPaused()) {
      owner.machine().pauses.forEach(Fault::meets);
      owner.hold(event);
      return true;
    }
    events++;
    stepping = true;
    try {
      event.happen();
    } finally {
      stepping = false;
    }
    return true;
  }

  void run(long nanos) {
    long end = now + nanos;
    for (var next = next(); next != null && next.at <= end; next = next()) {
      step();
    }
    now = Math.max(now, end);
  }

  boolean runUntil(BooleanSupplier condition, long nanos) {
    long end = now + nanos;
    while (!condition.getAsBoolean()) {
      var next = next();
      if (next == null || next.at > end) {
        now = Math.max(now, end);
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  private @Nullable Event next() {
    if (!foreign.isEmpty()) {
      driver = Thread.currentThread();
      takeForeign();
    }
    return queue.peek();
  }

  // ---- what is to happen

  void at(Event event, long when) {
    if (!closed) {
      queue.schedule(event, Math.max(now, when));
    }
  }

  void after(Event event, long nanos) {
    long when = now + Math.max(0, nanos);
    at(event, when < 0 ? Long.MAX_VALUE : when);
  }

  void cancel(Event event) {
    queue.cancel(event);
  }

  /** A loop got work from a thread that is not part of the simulation. */
  void foreignWork(SimLoop loop) {
    foreign.add(loop);
  }

  private void takeForeign() {
    for (var loop = foreign.poll(); loop != null; loop = foreign.poll()) {
      loop.takeForeign();
    }
  }

  // ---- who is who

  void enter(SimLoop loop) {
    turn = loop;
  }

  void leave() {
    turn = null;
  }

  boolean isInTurnOf(SimLoop loop) {
    return turn == loop && isDriver();
  }

  boolean isStepping() {
    return stepping && isDriver();
  }

  boolean isDriver() {
    return Thread.currentThread() == driver;
  }
}
