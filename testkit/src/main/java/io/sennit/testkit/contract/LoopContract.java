package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.CancelledException;
import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every loop keeps: order, time, turns. */
public abstract class LoopContract extends Contract {
  private static final long MILLIS = 1_000_000;

  private Loop loop() {
    return world.node("a").loop();
  }

  @Test
  void runsOneCallersTasksInOrderOnTheLoop() {
    var loop = loop();
    var ran = new CopyOnWriteArrayList<Integer>();
    for (int i = 0; i < 500; i++) {
      int n = i;
      loop.execute(
          () -> {
            if (!loop.inLoop()) {
              wrongs.add("a task off the loop");
            }
            ran.add(n);
          });
    }
    world.await("all tasks", () -> ran.size() == 500);
    for (int i = 0; i < 500; i++) {
      assertThat(ran.get(i)).isEqualTo(i);
    }
    assertThat(loop.inLoop()).isFalse();
  }

  @Test
  void aTaskGivenOnTheLoopDoesNotRunInside() {
    var loop = loop();
    var ran = new CopyOnWriteArrayList<String>();
    loop.execute(
        () -> {
          loop.execute(() -> ran.add("inner"));
          ran.add("outer");
        });
    world.await("both", () -> ran.size() == 2);
    assertThat(ran).containsExactly("outer", "inner");
  }

  @Test
  void aTaskThatThrowsHarmsNoOther() {
    var loop = loop();
    var ran = new AtomicInteger();
    loop.execute(
        () -> {
          throw new IllegalStateException("meant to be logged by this test");
        });
    loop.execute(ran::incrementAndGet);
    world.await("the next task", () -> ran.get() == 1);
  }

  @Test
  void timersFireInTheirOrderAndNeverEarly() {
    var loop = loop();
    var fired = new CopyOnWriteArrayList<Integer>();
    loop.execute(
        () -> {
          long from = loop.nanoTime();
          for (int delay : new int[] {40, 10, 30, 0, 20}) {
            loop.timer(
                    () -> {
                      if (loop.nanoTime() - from < delay * MILLIS) {
                        wrongs.add("early: " + delay);
                      }
                      fired.add(delay);
                    })
                .arm(delay * MILLIS);
          }
        });
    world.await("five timers", () -> fired.size() == 5);
    assertThat(fired).containsExactly(0, 10, 20, 30, 40);
  }

  @Test
  void aTimerIsReplacedCancelledAndArmedAgain() {
    var loop = loop();
    var fired = new CopyOnWriteArrayList<String>();
    var timers = new ArrayList<Timer>();
    loop.execute(
        () -> {
          var replaced = loop.timer(() -> fired.add("replaced"));
          replaced.arm(Duration.ofHours(1).toNanos());
          replaced.arm(5 * MILLIS);
          var cancelled = loop.timer(() -> fired.add("cancelled"));
          cancelled.arm(10 * MILLIS);
          cancelled.cancel();
          cancelled.cancel();
          var late = loop.timer(() -> fired.add("late"));
          late.arm(5 * MILLIS);
          late.arm(30 * MILLIS);
          timers.add(
              loop.timer(
                  () -> {
                    fired.add("again");
                    if (fired.stream().filter("again"::equals).count() < 3) {
                      timers.getFirst().arm(MILLIS);
                    }
                  }));
          timers.getFirst().arm(MILLIS);
        });
    world.await("the timers", () -> fired.size() == 5);
    world.elapse(Duration.ofMillis(60));
    assertThat(fired).containsOnlyOnce("replaced").containsOnlyOnce("late");
    assertThat(fired).doesNotContain("cancelled").hasSize(5);
  }

  @Test
  void aTimerMayCancelAnotherThatIsDueInTheSameTurn() {
    var loop = loop();
    var fired = new CopyOnWriteArrayList<String>();
    var second = new ArrayList<Timer>();
    loop.execute(
        () -> {
          loop.timer(
                  () -> {
                    fired.add("first");
                    second.getFirst().cancel();
                  })
              .arm(5 * MILLIS);
          second.add(loop.timer(() -> fired.add("second")));
          second.getFirst().arm(5 * MILLIS + 1);
        });
    world.await("the first", () -> fired.contains("first"));
    world.elapse(Duration.ofMillis(30));
    assertThat(fired).containsExactly("first");
  }

  @Test
  void manyTimersFireOnceEach() {
    var loop = loop();
    int count = 5_000;
    var fired = new AtomicInteger();
    var last = new AtomicLong(Long.MIN_VALUE);
    loop.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            long delay = (i * 7919L % 97) * MILLIS;
            long due = loop.nanoTime() + delay;
            var timer =
                loop.timer(
                    () -> {
                      if (last.getAndSet(due) > due) {
                        wrongs.add("out of order");
                      }
                      fired.incrementAndGet();
                    });
            timer.arm(delay);
            if (i % 3 == 0) {
              timer.cancel();
            }
          }
        });
    int expected = count - (count + 2) / 3;
    world.await("the timers", () -> fired.get() == expected);
    world.elapse(Duration.ofMillis(20));
    assertThat(fired).hasValue(expected);
  }

  @Test
  void turnEndTasksRunOnceAfterTheTurnsWork() {
    var loop = loop();
    var ran = new CopyOnWriteArrayList<String>();
    loop.execute(
        () -> {
          Runnable twice = () -> ran.add("once");
          loop.atTurnEnd(twice);
          loop.atTurnEnd(
              () -> {
                ran.add("second");
                loop.atTurnEnd(() -> ran.add("asked for at the end"));
              });
          loop.atTurnEnd(twice);
          ran.add("work");
        });
    world.await("the turn's end", () -> ran.size() == 4);
    assertThat(ran).containsExactly("work", "once", "second", "asked for at the end");
    world.elapse(Duration.ofMillis(10));
    assertThat(ran).hasSize(4);
  }

  @Test
  void aTurnEndTaskRunsAgainWhenAskedForInALaterTurn() {
    var loop = loop();
    var ran = new AtomicInteger();
    Runnable task = ran::incrementAndGet;
    loop.execute(() -> loop.atTurnEnd(task));
    world.await("the first turn", () -> ran.get() == 1);
    loop.execute(() -> loop.atTurnEnd(task));
    world.await("the second turn", () -> ran.get() == 2);
  }

  @Test
  void aTurnEndTaskMayAskForItselfWhileItRuns() {
    var loop = loop();
    var ran = new AtomicInteger();
    var again =
        new Runnable() {
          @Override
          public void run() {
            if (ran.incrementAndGet() < 3) {
              loop.atTurnEnd(this);
            }
          }
        };
    loop.execute(() -> loop.atTurnEnd(again));
    world.await("all three", () -> ran.get() == 3);
  }

  @Test
  void aTurnEndTaskThatThrowsHarmsNoOther() {
    var loop = loop();
    var ran = new AtomicInteger();
    loop.execute(
        () -> {
          loop.atTurnEnd(
              () -> {
                throw new IllegalStateException("meant to be logged by this test");
              });
          loop.atTurnEnd(ran::incrementAndGet);
        });
    world.await("the other", () -> ran.get() == 1);
  }

  @Test
  void timeStandsStillInATurnAndNeverGoesBack() {
    var loop = loop();
    var times = new CopyOnWriteArrayList<Long>();
    for (int i = 0; i < 50; i++) {
      loop.execute(
          () -> {
            long before = loop.nanoTime();
            long sum = 0;
            for (int k = 0; k < 10_000; k++) {
              sum += k ^ before;
            }
            if (loop.nanoTime() != before || sum == 42) {
              wrongs.add("time moved within a task");
            }
            times.add(before);
          });
    }
    world.await("all", () -> times.size() == 50);
    assertThat(times).isSorted();
    world.elapse(Duration.ofMillis(20));
    loop.execute(() -> times.add(loop.nanoTime()));
    world.await("one more", () -> times.size() == 51);
    assertThat(times.get(50) - times.get(49)).isGreaterThanOrEqualTo(10 * MILLIS);
  }

  @Test
  void offloadedWorkComesBackToTheLoop() {
    var loop = loop();
    var value = new Answer<String>();
    var failure = new Answer<String>();
    var own = new Answer<String>();
    loop.execute(
        () -> {
          loop.offload(
              () -> {
                if (loop.inLoop()) {
                  wrongs.add("work on the loop");
                }
                return "done";
              },
              onLoop(loop, value));
          loop.offload(
              () -> {
                throw new java.io.IOException("disk");
              },
              onLoop(loop, failure));
          loop.offload(
              () -> {
                throw new CancelledException("given up", ErrorContext.NONE);
              },
              onLoop(loop, own));
        });
    world.await(
        "three answers",
        () -> value.answers() == 1 && failure.answers() == 1 && own.answers() == 1);
    assertThat(value.value()).isEqualTo("done");
    assertThat(failure.why()).isInstanceOf(StorageException.class);
    assertThat(failure.why().getCause()).hasMessage("disk");
    assertThat(own.why()).isInstanceOf(CancelledException.class);
  }

  private <T> Done<T> onLoop(Loop loop, Done<T> answer) {
    return Done.of(
        result -> {
          if (!loop.inLoop()) {
            wrongs.add("an answer off the loop");
          }
          answer.ok(result);
        },
        answer::failed);
  }

  @Test
  void randomnessAndClocksAreThere() {
    var loop = loop();
    var seen = new CopyOnWriteArrayList<@Nullable Object>();
    loop.execute(
        () -> {
          seen.add(loop.random().nextLong());
          seen.add(loop.secrets().nextLong());
          seen.add(loop.wallTime());
        });
    world.await("three values", () -> seen.size() == 3);
    assertThat(seen).allMatch(Objects::nonNull);
  }

  @Test
  void theQuietLoopIsAnother() {
    var a = world.node("a");
    var loops = List.of(a.loop(), a.loop(), a.loop(), a.loop());
    assertThat(loops).doesNotContain(a.quietLoop());
    assertThat(a.quietLoop()).isSameAs(a.quietLoop());
  }
}
