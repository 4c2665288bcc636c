package io.sennit.session.engine;

import io.sennit.core.loop.Wheel;

/** A deadline that runs a task. */
final class Alarm extends Wheel.Entry {
  private final Wheel wheel;
  private final Runnable task;

  Alarm(Wheel wheel, Runnable task) {
    this.wheel = wheel;
    this.task = task;
  }

  void arm(long nanos) {
    wheel.arm(this, nanos);
  }

  void cancel() {
    wheel.cancel(this);
  }

  boolean isArmed() {
    return armed();
  }

  @Override
  protected void expired() {
    task.run();
  }
}
