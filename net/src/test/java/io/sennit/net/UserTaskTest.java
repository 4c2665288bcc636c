package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run of user code is a future like any other. */
class UserTaskTest {
  private final NetRunner runner = new NetRunner();
  private final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void end() {
    runner.close();
  }

  @Test
  void runsUnderItsNameAndIsDone() throws Exception {
    var name = new AtomicReference<String>();
    var task = runner.start("echo", () -> name.set(Thread.currentThread().getName()));
    assertThat(task.get(5, TimeUnit.SECONDS)).isEqualTo(true);
    assertThat(name).hasValue("echo");
    assertThat(task.isDone()).isTrue();
    assertThat(task.cancel(true)).as("too late").isFalse();
    assertThat(task.isCancelled()).isFalse();
  }

  @Test
  void whatItThrowsIsItsFailure() {
    var task =
        runner.start(
            "fails",
            () -> {
              throw new IllegalStateException("on purpose");
            });
    assertThatThrownBy(() -> task.get(5, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("on purpose");
  }

  @Test
  void cancellingInterruptsOnce() throws Exception {
    var began = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var task = runner.start("waits", () -> wait(began, interrupted));
    assertThat(began.await(5, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> task.get(1, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(task.isDone()).isFalse();
    assertThat(task.cancel(true)).isTrue();
    assertThat(task.cancel(true)).isFalse();
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(task.isDone()).isTrue();
    assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
  }

  @Test
  void theRunnersEndInterruptsAllAndWhatStartsAfterIt() throws Exception {
    var began = new CountDownLatch(1);
    var interrupted = new CountDownLatch(2);
    var task = runner.start("waits", () -> wait(began, interrupted));
    assertThat(began.await(5, TimeUnit.SECONDS)).isTrue();
    runner.close();
    assertThat(task.isCancelled()).isTrue();
    var late = runner.start("late", () -> wait(began, interrupted));
    assertThat(late.isCancelled()).isTrue();
    assertThatThrownBy(late::get).isInstanceOf(CancellationException.class);
  }

  private void wait(CountDownLatch began, CountDownLatch interrupted) {
    began.countDown();
    try {
      never.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
  }
}
