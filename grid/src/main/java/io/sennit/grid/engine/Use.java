package io.sennit.grid.engine;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DeadlineExceededException.Phase;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call or stream that waits for its connection to be made. It ends once, on the peer's home loop:
 * with a channel, or with a failure that says that nothing ran.
 */
public abstract class Use {
  private final long cost;
  private final long timeoutNanos;
  private long deadline; // on the loop's clock
  private Loop.@Nullable Timer timer;
  private boolean over;

  /**
   * Not handed over yet.
   *
   * @param bytes what it holds on to
   * @param timeoutNanos how long it may wait; 0 for as long as an attempt takes
   */
  protected Use(long bytes, long timeoutNanos) {
    this.cost = bytes + ClientCall.OVERHEAD;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * There is a connection.
   *
   * @param leftNanos of the timeout, at least 1; 0 if there is none
   */
  protected abstract void ready(Channel channel, long leftNanos);

  /** There is none in time, or no attempt is being made. */
  protected abstract void failed(SennitException why);

  long cost() {
    return cost;
  }

  /** Begins to wait; {@code late} is told when its time is up. */
  void waits(Loop loop, Runnable late) {
    if (timeoutNanos > 0) {
      deadline = loop.nanoTime() + timeoutNanos;
      timer = loop.timer(late);
      timer.arm(timeoutNanos);
    }
  }

  void ready(Loop loop, Channel channel) {
    if (end()) {
      long left = timer == null ? timeoutNanos : Math.max(1, deadline - loop.nanoTime());
      ready(channel, left);
    }
  }

  void fail(SennitException why) {
    if (end()) {
      failed(why);
    }
  }

  void tooLate(String host) {
    fail(
        new DeadlineExceededException(
            "deadline exceeded while connecting",
            Phase.CONNECTING,
            new ErrorContext(
                host,
                "connect",
                Duration.ofNanos(timeoutNanos),
                Outcome.DID_NOT_RUN,
                "It may be tried again.")));
  }

  boolean isOver() {
    return over;
  }

  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    return true;
  }
}
