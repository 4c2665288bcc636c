package io.sennit.net;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A task on its way to a loop. When the loop ends while the task is handed over, two may want it:
 * the loop's last turn and whoever takes its place. Exactly one gets it.
 */
final class Posted implements Runnable {
  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(Posted.class, "taken", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final NetLoop loop;
  private final Runnable task;

  @SuppressWarnings("UnusedVariable") // by its handle
  private volatile boolean taken;

  Posted(NetLoop loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /** Whether the caller may run it, or hand it on. */
  boolean take() {
    return TAKEN.compareAndSet(this, false, true);
  }

  /** By the loop's thread, unless somebody else has taken it. */
  @Override
  public void run() {
    if (take()) {
      loop.guarded(task);
    }
  }

  /** By whoever has taken it. */
  void runTaken() {
    loop.guarded(task);
  }
}
