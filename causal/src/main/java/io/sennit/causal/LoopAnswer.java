package io.sennit.causal;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.loop.Gate;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Runner;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a loop answers, for a user thread that waits or for a future. */
final class LoopAnswer<T> implements Done<T> {
  private final Gate gate;
  private volatile @Nullable T value;
  private volatile @Nullable SennitException failure;
  private volatile boolean late;

  LoopAnswer(Runner runner) {
    this.gate = new Gate(runner);
  }

  @Override
  public void ok(T result) {
    value = result;
    gate.signal();
  }

  @Override
  public void failed(SennitException why) {
    failure = why;
    gate.signal();
  }

  /**
   * Waits for the answer.
   *
   * @param phase where the time goes while it waits
   */
  T await(Loop loop, Within limit, ErrorContext what, DeadlineExceededException.Phase phase)
      throws InterruptedException {
    var alarm = new Alarm(loop);
    loop.execute(() -> alarm.set(limit.nanos()));
    try {
      gate.await(() -> value != null || failure != null || late);
    } finally {
      loop.execute(alarm::cancel);
    }
    var answer = value;
    if (answer != null) {
      return answer;
    }
    var why = failure;
    if (why != null) {
      throw why;
    }
    throw new DeadlineExceededException("no answer in time", phase, what);
  }

  private final class Alarm {
    private final Loop loop;
    private Loop.@Nullable Timer timer; // on the loop
    private boolean over; // on the loop

    Alarm(Loop loop) {
      this.loop = loop;
    }

    void set(long nanos) {
      if (!over) {
        var ringing =
            loop.timer(
                () -> {
                  late = true;
                  gate.signal();
                });
        timer = ringing;
        ringing.arm(nanos);
      }
    }

    void cancel() {
      over = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /** The same for a future. */
  static <T> Done<T> into(CompletableFuture<T> future) {
    return Done.of(future::complete, future::completeExceptionally);
  }
}
