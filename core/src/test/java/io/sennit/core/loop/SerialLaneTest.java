package io.sennit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.core.ConfigException;
import io.sennit.core.Within;
import io.sennit.core.loop.Outbox.Offer;
import io.sennit.core.spi.Runner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Callbacks in order, one at a time, within bounds; every one taken is answered. */
class SerialLaneTest {
  private static final Within SOON = Within.within(Duration.ofSeconds(20));

  private final HandLoop loop = new HandLoop(0);
  private final HandRunner runner = new HandRunner();
  private final List<String> ran = new ArrayList<>();

  /** User code runs when told to. */
  private static final class HandRunner implements Runner {
    final Queue<FutureTask<?>> started = new ArrayDeque<>();
    boolean closed;

    @Override
    public Future<?> start(String name, Runnable userCode) {
      var task = new FutureTask<Object>(userCode, true);
      started.add(task);
      if (closed) {
        task.cancel(true);
      }
      return task;
    }

    int runAll() {
      int count = 0;
      for (var task = started.poll(); task != null; task = started.poll()) {
        task.run();
        count++;
      }
      return count;
    }
  }

  private SerialLane lane(int tasks, long bytes) {
    return new SerialLane(loop, runner, "lane", tasks, bytes);
  }

  private Runnable says(String word) {
    return () -> ran.add(word);
  }

  @Test
  void callbacksRunInOrderOnOneThreadAndAreAnsweredOnTheLoop() {
    var lane = lane(10, 100);
    for (int i = 0; i < 5; i++) {
      assertThat(lane.offer(says("run" + i), 3, says("after" + i))).isEqualTo(Offer.TAKEN);
    }
    assertThat(lane.pending()).isEqualTo(5);
    assertThat(lane.pendingBytes()).isEqualTo(15);
    assertThat(runner.runAll()).as("threads").isEqualTo(1);
    assertThat(ran).containsExactly("run0", "run1", "run2", "run3", "run4");
    assertThat(lane.pending()).isZero();
    assertThat(lane.pendingBytes()).isZero();
    ran.clear();
    loop.runTasks();
    assertThat(ran).containsExactly("after0", "after1", "after2", "after3", "after4");
    lane.offer(says("later"), 0);
    assertThat(runner.runAll()).as("a new thread after a pause").isEqualTo(1);
  }

  @Test
  void offersBeyondTheBoundsAreRefusedUntilSomethingEnds() {
    var lane = lane(2, 10);
    assertThat(lane.offer(says("a"), 100)).as("one larger than the bound").isEqualTo(Offer.TAKEN);
    assertThat(lane.hasRoom()).isFalse();
    assertThat(lane.offer(says("b"), 1)).isEqualTo(Offer.FULL);
    assertThat(lane.offer(says("c"), 0)).as("it holds nothing").isEqualTo(Offer.TAKEN);
    assertThat(lane.offer(says("d"), 0)).as("two tasks").isEqualTo(Offer.FULL);
    runner.runAll();
    assertThat(ran).containsExactly("a", "c");
    assertThat(lane.offer(says("e"), 1)).isEqualTo(Offer.TAKEN);
  }

  @Test
  void aCallbackThatThrowsIsAnsweredAndTheNextOneRuns() {
    var lane = lane(10, 100);
    lane.offer(
        () -> {
          throw new IllegalStateException("a user's mistake");
        },
        1,
        says("after"));
    lane.offer(
        () -> {
          throw new AssertionError("a user's other mistake");
        },
        1);
    lane.offer(() -> Thread.currentThread().interrupt(), 1);
    lane.offer(() -> ran.add("interrupted " + Thread.currentThread().isInterrupted()), 1);
    runner.runAll();
    loop.runTasks();
    assertThat(ran).containsExactly("interrupted false", "after");
  }

  @Test
  void closingRunsWhatWasTakenAndThenTellsOnce() {
    var lane = lane(10, 100);
    lane.offer(says("a"), 1, says("after a"));
    lane.offer(says("b"), 1);
    lane.close(Duration.ofSeconds(1), says("ended"));
    lane.close(Duration.ofSeconds(1), says("ended too"));
    assertThat(lane.offer(says("c"), 1)).isEqualTo(Offer.CLOSED);
    loop.runTasks();
    assertThat(ran).isEmpty();
    runner.runAll();
    loop.runTasks();
    assertThat(ran).containsExactly("a", "b", "after a", "ended", "ended too");
    loop.advance(10_000_000_000L);
    assertThat(ran).hasSize(5);
  }

  @Test
  void closingAnEmptyLaneTellsAtOnce() {
    lane(10, 100).close(Duration.ofSeconds(1), says("ended"));
    loop.runTasks();
    assertThat(ran).containsExactly("ended");
    assertThat(loop.timerArmed()).isFalse();
  }

  @Test
  void atTheLimitOfClosingTheRestIsDroppedAndAnswered() {
    var lane = lane(10, 100);
    lane.offer(says("a"), 1, says("after a"));
    lane.offer(says("b"), 1, says("after b"));
    lane.close(Duration.ofSeconds(1), says("ended"));
    loop.runTasks();
    loop.advance(1_000_000_000L);
    loop.runTasks();
    assertThat(ran).containsExactly("after a", "after b", "ended");
    assertThat(lane.pending()).isZero();
    runner.runAll();
    assertThat(ran).as("nothing begins any more").hasSize(3);
  }

  @Test
  void closingWithoutAnyTimeDropsAtOnce() {
    var lane = lane(10, 100);
    lane.offer(says("a"), 1, says("after a"));
    lane.close(Duration.ZERO, says("ended"));
    loop.runTasks();
    assertThat(ran).containsExactly("after a", "ended");
  }

  /** A runner that was closed never begins what it is given; its callers must hear all the same. */
  @Test
  void whatAClosedRunnerNeverBeginsIsAnswered() {
    var lane = lane(10, 100);
    runner.closed = true;
    lane.offer(says("a"), 1, says("after a"));
    loop.runTasks();
    assertThat(ran).containsExactly("after a");
    assertThat(lane.offer(says("b"), 1)).isEqualTo(Offer.CLOSED);
    assertThat(lane.pending()).isZero();
  }

  @Test
  void whatWasTakenBeforeItsRunnerClosedIsAnsweredAtTheNextOfferOrClose() {
    var lane = lane(10, 100);
    lane.offer(says("a"), 1, says("after a"));
    runner.started.forEach(task -> task.cancel(true));
    lane.close(Duration.ofSeconds(1), says("ended"));
    loop.runTasks();
    assertThat(ran).containsExactly("after a", "ended");
  }

  @Test
  void waitingOnALoopIsRefused() {
    var onLoop =
        new SerialLane(
            loop,
            new Runner() {
              @Override
              public Future<?> start(String name, Runnable userCode) {
                return new FutureTask<>(userCode, true); // never runs
              }

              @Override
              public boolean mayBlock() {
                return false;
              }
            },
            "lane",
            1,
            1);
    onLoop.offer(says("a"), 1);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> onLoop.put(says("b"), 1, SOON))
        .withMessageContaining("event loop");
  }

  @Test
  void badBoundsAreRefused() {
    for (var bad : new long[][] {{0, 1}, {1, 0}, {1 << 21, 1}, {1, 1L << 41}}) {
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> lane((int) bad[0], bad[1]));
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> lane(1, 1).offer(says("a"), -1));
  }

  /** On real threads: a callback that ignores its limit is interrupted, and nobody waits for it. */
  @Test
  void aCallbackThatDoesNotEndIsInterruptedAtTheLimit() throws InterruptedException {
    try (var real = new TimedLoop()) {
      var lane = new SerialLane(real, new ThreadRunner(), "lane", 10, 100);
      var interrupted = new AtomicBoolean();
      var began = new AtomicBoolean();
      var ended = new AtomicBoolean();
      var self = new AtomicReference<Throwable>();
      lane.offer(
          () -> {
            began.set(true);
            try {
              lane.awaitIdle(SOON);
            } catch (IllegalStateException | InterruptedException e) {
              self.set(e);
            }
            try {
              new java.util.concurrent.CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.set(true);
            }
          },
          1);
      lane.offer(() -> ran.add("b"), 1);
      assertThat(lane.awaitIdle(Within.within(Duration.ofMillis(1)))).isFalse();
      lane.close(Duration.ofMillis(20), () -> ended.set(true));
      assertThat(lane.awaitIdle(SOON)).isTrue();
      assertThat(began.get()).isEqualTo(interrupted.get());
      if (began.get()) {
        assertThat(self.get()).isInstanceOf(IllegalStateException.class);
      }
      assertThat(ran).isEmpty();
    }
  }

  /** On real threads: many put more than there is room for; nothing overlaps or overtakes. */
  @Test
  void manyThreadsPutThroughASmallLane() throws InterruptedException {
    try (var real = new TimedLoop()) {
      var lane = new SerialLane(real, new ThreadRunner(), "lane", 3, 100);
      var inside = new AtomicBoolean();
      var wrong = new ArrayList<String>();
      int threads = 4;
      int each = 2_000;
      var next = new int[threads]; // touched by callbacks only
      var all = new ArrayList<Thread>();
      for (int t = 0; t < threads; t++) {
        int me = t;
        all.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        int number = i;
                        try {
                          var answer =
                              lane.put(
                                  () -> {
                                    if (!inside.compareAndSet(false, true)
                                        || next[me]++ != number) {
                                      wrong.add(me + " at " + number);
                                    }
                                    inside.set(false);
                                  },
                                  1,
                                  SOON);
                          if (answer != Offer.TAKEN) {
                            return;
                          }
                        } catch (InterruptedException e) {
                          return;
                        }
                      }
                    }));
      }
      for (var thread : all) {
        thread.join();
      }
      assertThat(lane.awaitIdle(SOON)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(next).containsOnly(each);
      assertThat(lane.pendingBytes()).isZero();
    }
  }
}
