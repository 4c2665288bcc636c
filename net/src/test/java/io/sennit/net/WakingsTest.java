package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.spi.Fabric;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop that wakes and starts many threads in one turn. */
@Timeout(30)
class WakingsTest {
  private static final int MANY = 60;

  private final Fabric fabric = Fabric.system();
  private final CountDownLatch turn = new CountDownLatch(1); // the turn ends when the test lets it

  @AfterEach
  void end() {
    turn.countDown();
    fabric.close();
  }

  private void holdTheTurn() {
    try {
      assertThat(turn.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theFirstFewStartAtOnceAndTheOthersAtTheTurnsEnd() {
    var ran = new AtomicInteger();
    fabric
        .loop()
        .execute(
            () -> {
              for (int i = 0; i < MANY; i++) {
                fabric.runner().start("counts", ran::incrementAndGet);
              }
              holdTheTurn();
            });
    Awaitility.await().until(() -> ran.get() == Wakings.AT_ONCE);
    turn.countDown();
    Awaitility.await().until(() -> ran.get() == MANY);
  }

  @Test
  void allWhoAreWokenGoOn() {
    var threads = new ArrayList<Thread>();
    var parked = new AtomicInteger();
    var woken = new AtomicInteger();
    for (int i = 0; i < MANY; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    parked.incrementAndGet();
                    LockSupport.park(this);
                    woken.incrementAndGet();
                  }));
    }
    Awaitility.await().until(() -> parked.get() == MANY);
    fabric.loop().execute(() -> threads.forEach(fabric.runner()::unpark));
    Awaitility.await().until(() -> woken.get() == MANY);
  }

  @Test
  void whoWaitsForATaskStartsItAndWhoCancelsItKeepsItFromRunning() throws Exception {
    var tasks = new ArrayList<Future<?>>();
    var made = new CountDownLatch(1);
    var ran = new AtomicInteger();
    var where = new AtomicReference<String>("");
    fabric
        .loop()
        .execute(
            () -> {
              for (int i = 0; i < 4; i++) {
                var name = "task " + i;
                tasks.add(
                    fabric
                        .runner()
                        .start(
                            name,
                            () -> {
                              where.set(Thread.currentThread().getName());
                              ran.incrementAndGet();
                            }));
              }
              made.countDown();
              holdTheTurn();
            });
    assertThat(made.await(5, TimeUnit.SECONDS)).isTrue();
    Awaitility.await().until(() -> ran.get() == Wakings.AT_ONCE);
    assertThat(tasks.get(2).isDone()).isFalse();
    tasks.get(2).get(5, TimeUnit.SECONDS);
    assertThat(where).hasValue("task 2");
    assertThat(tasks.get(3).cancel(true)).isTrue();
    turn.countDown();
    var after = new CountDownLatch(1);
    fabric.loop().execute(() -> fabric.runner().start("after", after::countDown));
    assertThat(after.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).hasValue(3);
  }
}
