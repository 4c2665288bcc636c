package io.sennit.core.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A loop driven by hand: tasks run when told, time goes where it is put. */
public final class HandLoop extends BareLoop {
  final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<HandTimer> timers = new ArrayList<>();
  private long now;
  int arms;

  /** A loop whose clock shows so many nanoseconds. */
  public HandLoop(long now) {
    this.now = now;
  }

  /** Runs what was asked for; how many tasks that were. */
  public int runTasks() {
    int count = 0;
    for (var task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
      count++;
    }
    return count;
  }

  /** Moves time from timer to timer. */
  public void advance(long nanos) {
    long target = now + nanos;
    while (true) {
      HandTimer first = null;
      for (var timer : timers) {
        if (timer.armed && timer.at - target <= 0 && (first == null || timer.at < first.at)) {
          first = timer;
        }
      }
      if (first == null) {
        now = target;
        return;
      }
      now = Math.max(now, first.at);
      first.armed = false;
      first.task.run();
    }
  }

  /** Moves time at one stroke, as after a long turn; then fires what is due. */
  void jump(long nanos) {
    now += nanos;
    advance(0);
  }

  boolean timerArmed() {
    return timers.stream().anyMatch(t -> t.armed);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public boolean inLoop() {
    return true;
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public RandomGenerator random() {
    return new SplittableRandom(1);
  }

  @Override
  public Timer timer(Runnable task) {
    var timer = new HandTimer(task);
    timers.add(timer);
    return timer;
  }

  private final class HandTimer implements Timer {
    private final Runnable task;
    private long at;
    private boolean armed;

    HandTimer(Runnable task) {
      this.task = task;
    }

    @Override
    public void arm(long delayNanos) {
      at = now + delayNanos;
      armed = true;
      arms++;
    }

    @Override
    public void cancel() {
      armed = false;
    }
  }
}
