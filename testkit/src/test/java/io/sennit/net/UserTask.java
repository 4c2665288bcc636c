package io.sennit.net;

import java.util.concurrent.CountDownLatch;

/** Planted: looks on a stack like user code that the real transport runs. */
public final class UserTask {
  private final CountDownLatch end;

  /** Waits for this. */
  public UserTask(CountDownLatch end) {
    this.end = end;
  }

  /** Waits. */
  public void run() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
