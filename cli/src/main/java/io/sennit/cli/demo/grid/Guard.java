package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.Screen;
import io.sennit.cli.demo.WorkerProcess;
import java.util.concurrent.atomic.AtomicInteger;

/** Notices workers that die at the prompt, whoever killed them, and starts them again. */
final class Guard implements AutoCloseable {
  private static final int TRIES = 3;

  private final DemoCluster cluster;
  private final Screen screen;
  private final AtomicInteger busy = new AtomicInteger();
  private volatile boolean over;

  Guard(DemoCluster cluster, Screen screen) {
    this.cluster = cluster;
    this.screen = screen;
    for (int i = 0; i < cluster.size(); i++) {
      watch(i);
    }
  }

  private void watch(int index) {
    var process = cluster.worker(index);
    process.onExit().thenRunAsync(() -> revive(process), task -> Thread.ofVirtual().start(task));
  }

  private void revive(WorkerProcess gone) {
    if (over) {
      return;
    }
    int index = gone.index();
    busy.incrementAndGet();
    screen.line("! worker %d, pid %d, is gone; starting it again".formatted(index, gone.pid()));
    long begin = System.nanoTime();
    try {
      for (int left = TRIES; !over; left--) {
        if (restarted(index, left) && !over) {
          screen.line(
              "! worker %d is back as pid %d and has indexed its files, %.1f s later"
                  .formatted(
                      index, cluster.worker(index).pid(), (System.nanoTime() - begin) / 1e9));
          watch(index);
          return;
        }
      }
    } finally {
      busy.decrementAndGet();
    }
  }

  /** One try; a failure is reported, the last one is thrown on. */
  private boolean restarted(int index, int left) {
    try {
      cluster.restart(index);
      return true;
    } catch (RuntimeException e) {
      if (over) {
        return false; // the demo is ending: no process is wanted any more
      }
      screen.line("! worker %d could not be started: %s".formatted(index, e.getMessage()));
      if (left <= 1) {
        throw e;
      }
      return false;
    }
  }

  /** Whether a worker is being started right now. */
  boolean isBusy() {
    return busy.get() > 0;
  }

  /** Lets the dead rest from now on. */
  @Override
  public void close() {
    over = true;
  }
}
