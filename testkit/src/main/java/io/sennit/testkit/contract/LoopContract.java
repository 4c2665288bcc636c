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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

  /** An exception that a logger cannot print. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("meant by this test: a message that throws");
    }
  }

  /** What users' code throws, at worst; meant to be logged by these tests. */
  private static List<Throwable> worst() {
    return List.of(
        new IllegalStateException("meant to be logged by this test"),
        new Unspeakable(),
        new IllegalStateException("meant, with a cause of the kind", new Unspeakable()),
        new OutOfMemoryError("meant by this test"),
        new StackOverflowError("meant by this test"));
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void throwAny(Throwable any) throws T {
    throw (T) any;
  }

  /** (field F1) A task's exception whose own message throws used to end the thread of the loop. */
  @Test
  void whateverATaskThrowsHarmsNoOther() {
    world.failuresMeant();
    var loop = loop();
    var ran = new AtomicInteger();
    for (var one : worst()) {
      loop.execute(() -> LoopContract.<RuntimeException>throwAny(one));
      loop.execute(ran::incrementAndGet);
    }
    world.await("the tasks between", () -> ran.get() == worst().size());
    assertThat(loop.stats().failures()).isEqualTo(worst().size());
    assertThat(loop.stats().turns()).isPositive();
  }

  @Test
  void whateverATimerThrowsHarmsNoOther() {
    world.failuresMeant();
    var loop = loop();
    var ran = new AtomicInteger();
    loop.execute(
        () -> {
          for (var one : worst()) {
            loop.timer(() -> LoopContract.<RuntimeException>throwAny(one)).arm(MILLIS);
            loop.timer(ran::incrementAndGet).arm(MILLIS);
          }
        });
    world.await("the timers between", () -> ran.get() == worst().size());
    assertThat(loop.stats().failures()).isEqualTo(worst().size());
  }

  @Test
  void whateverOffloadedWorkThrowsIsItsAnswer() {
    var loop = loop();
    var answers = new ArrayList<Answer<String>>();
    for (int i = 0; i < worst().size(); i++) {
      answers.add(new Answer<>());
    }
    loop.execute(
        () -> {
          for (int i = 0; i < 3; i++) { // the exceptions; what an Error does to a run differs
            var one = worst().get(i);
            loop.offload(
                () -> {
                  LoopContract.<RuntimeException>throwAny(one);
                  return "";
                },
                answers.get(i));
          }
        });
    for (int i = 0; i < 3; i++) {
      int n = i;
      world.await("an answer", () -> answers.get(n).answers() == 1);
      assertThat(answers.get(i).why()).isInstanceOf(StorageException.class);
      assertThat(answers.get(i).why().toString()).isNotEmpty();
    }
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
  void whateverATurnEndTaskThrowsHarmsNoOther() {
    world.failuresMeant();
    var loop = loop();
    var ran = new AtomicInteger();
    loop.execute(
        () -> {
          for (var one : worst()) {
            loop.atTurnEnd(() -> LoopContract.<RuntimeException>throwAny(one));
            loop.atTurnEnd(ran::incrementAndGet);
          }
        });
    world.await("the others", () -> ran.get() == worst().size());
  }

  /** A task that asked for itself again at each turn's end used to keep the turn from ending. */
  @Test
  void aTurnEndTaskThatAsksForItselfForEverLetsOthersRun() {
    var loop = loop();
    var ran = new AtomicInteger();
    var enough = new AtomicBoolean();
    var others = new AtomicInteger();
    var again =
        new Runnable() {
          @Override
          public void run() {
            ran.incrementAndGet();
            if (!enough.get()) {
              loop.atTurnEnd(this);
            }
          }
        };
    loop.execute(() -> loop.atTurnEnd(again));
    world.await("more rounds than a turn has", () -> ran.get() > 2 * Loop.MOST_ROUNDS);
    loop.execute(
        () -> {
          others.incrementAndGet();
          loop.timer(others::incrementAndGet).arm(MILLIS);
        });
    world.await("a task and a timer meanwhile", () -> others.get() == 2);
    enough.set(true);
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
  void randomnessDiffersFromDrawToDrawAndFromLoopToLoop() {
    var a = world.node("a");
    var drawn = new CopyOnWriteArrayList<Long>();
    for (var loop : List.of(a.loop(), a.loop(), a.quietLoop())) {
      loop.execute(
          () -> {
            for (int i = 0; i < 20; i++) {
              drawn.add(loop.random().nextLong());
              drawn.add(loop.secrets().nextLong());
            }
          });
    }
    world.await("the draws", () -> drawn.size() == 3 * 2 * 20);
    assertThat(drawn).doesNotHaveDuplicates();
  }

  @Test
  void theWallClockMovesAsTheOtherDoes() {
    var loop = loop();
    var walls = new CopyOnWriteArrayList<java.time.Instant>();
    var nanos = new CopyOnWriteArrayList<Long>();
    Runnable look =
        () -> {
          nanos.add(loop.nanoTime());
          walls.add(loop.wallTime());
        };
    loop.execute(look);
    world.await("a look", () -> walls.size() == 1);
    world.elapse(Duration.ofMillis(100));
    loop.execute(look);
    world.await("another look", () -> walls.size() == 2);
    var byWall = Duration.between(walls.get(0), walls.get(1));
    var byNanos = Duration.ofNanos(nanos.get(1) - nanos.get(0));
    assertThat(byWall).isGreaterThanOrEqualTo(Duration.ofMillis(90));
    assertThat(byWall.minus(byNanos).abs()).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void theQuietLoopIsAnother() {
    var a = world.node("a");
    var loops = List.of(a.loop(), a.loop(), a.loop(), a.loop());
    assertThat(loops).doesNotContain(a.quietLoop());
    assertThat(a.quietLoop()).isSameAs(a.quietLoop());
  }
}
