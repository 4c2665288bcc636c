package io.sennit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.storage.StoreBatch;
import io.sennit.core.storage.StoreRequest;
import io.sennit.testkit.Leaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ends of a store's life: everything is answered, nothing stays behind. */
@Timeout(60)
final class StoreThreadTest {
  @TempDir Path folder;

  /**
   * A close used to wait for everything that was queued, however slow the disk. (foundation B12)
   */
  @Test
  void whatWaitsTooLongAfterACloseIsRefused() throws Exception {
    var file = folder.resolve("s.db");
    OwnerFiles.file(file);
    var loop = new TestLoop();
    var inbox = new Inbox<StoreRequest>();
    List<SennitException> refused = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      var batch = new StoreBatch();
      batch.append("log", i, new byte[1]);
      inbox.offer(
          new StoreRequest.Commit(batch, Durability.FSYNC, Done.of(ok -> {}, refused::add)));
    }
    inbox.close();
    try (var durable = DurableHalf.open("s", file)) {
      new StoreThread("s", loop, inbox, durable, new MemoryHalf(), why -> {}, () -> true).run();
      assertThat(durable.catalog().hasLog("log")).isFalse();
    }
    loop.close();
    assertThat(refused).hasSize(3);
    assertThat(refused.getFirst()).hasMessageContaining("before this had its turn");
    assertThat(refused.getFirst().outcome()).isEqualTo(Outcome.DID_NOT_RUN);
  }

  /**
   * A store whose opening ended after its loop kept thread, connection and lock until the process
   * ended, and its answer never came. (foundation B4)
   */
  @Test
  void aStoreWhoseLoopEndsWhileItIsOpenedLeavesNothing() throws Exception {
    var before = Leaks.ours();
    var ended = new TestLoop();
    ended.close();
    var answer = new CompletableFuture<Store>();
    var done = Done.<Store>of(answer::complete, answer::completeExceptionally);
    new SqliteStores().open(ended, folder, "s", done);
    assertThat(answer).failsWithin(Duration.ofSeconds(20));
    Leaks.noThreadsBut(before, Duration.ofSeconds(10));
    var loop = new TestLoop();
    var again = new CompletableFuture<Store>();
    new SqliteStores()
        .open(loop, folder, "s", Done.of(again::complete, again::completeExceptionally));
    again.get(20, TimeUnit.SECONDS).close();
    loop.close();
  }

  /** Who opens a store that is just being closed waits for its end, and finds all of it. */
  @Test
  void openingAStoreThatIsBeingClosedWaitsForItsEnd() throws Exception {
    var loop = new TestLoop();
    int rounds = 20;
    int each = 50;
    for (int round = 0; round < rounds; round++) {
      var opened = new CompletableFuture<Store>();
      new SqliteStores()
          .open(loop, folder, "s", Done.of(opened::complete, opened::completeExceptionally));
      var store = opened.get(20, TimeUnit.SECONDS); // though the last one is hardly closed
      long first = (long) round * each;
      var bounds = new CompletableFuture<Store.Bounds>();
      var closed = new CountDownLatch(1);
      loop.execute(
          () -> store.bounds("log", Done.of(bounds::complete, bounds::completeExceptionally)));
      assertThat(bounds.get(20, TimeUnit.SECONDS).next()).isEqualTo(first);
      loop.execute(
          () -> {
            for (int i = 0; i < each; i++) {
              var batch = store.batch().append("log", first + i, new byte[1000]);
              store.commit(batch, Durability.OS, Done.of(ok -> {}, why -> {}));
            }
            store.close(); // on the loop it does not wait
            closed.countDown();
          });
      assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
    }
    loop.close();
  }

  /** Each answer of a read was a task of the loop, and a waking of its thread. */
  @Test
  void readsThatAreAnsweredTogetherAreFewTasksOfTheLoop() throws Exception {
    var tasks = new AtomicInteger();
    var loop =
        new TestLoop() {
          @Override
          public void execute(Runnable task) {
            tasks.incrementAndGet();
            super.execute(task);
          }
        };
    var opened = new CompletableFuture<Store>();
    new SqliteStores()
        .open(loop, folder, "s", Done.of(opened::complete, opened::completeExceptionally));
    var store = opened.get(20, TimeUnit.SECONDS);
    int count = 3_200;
    var answered = new CountDownLatch(count);
    var order = new ArrayList<Integer>();
    tasks.set(0);
    loop.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            int n = i;
            store.bounds(
                "log",
                Done.of(
                    ok -> {
                      order.add(n);
                      answered.countDown();
                    },
                    why -> answered.countDown()));
          }
        });
    assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(tasks.get()).isLessThan(count / 4);
    loop.execute(() -> assertThat(order).hasSize(count).isSorted());
    store.close();
    loop.close();
    assertThat(loop.thrown.get()).isNull();
  }

  /** What was asked of a store after its loop's end was never answered. */
  @Test
  void whatIsAskedWhenTheLoopEndsIsAnswered() throws Exception {
    var loop = new TestLoop();
    var opened = new CompletableFuture<Store>();
    new SqliteStores()
        .open(loop, folder, "s", Done.of(opened::complete, opened::completeExceptionally));
    var store = opened.get(20, TimeUnit.SECONDS);
    int count = 500;
    var answered = new CountDownLatch(2 * count);
    loop.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            var batch = store.batch().append("log", i, new byte[100]);
            store.commit(
                batch,
                Durability.FSYNC,
                Done.of(ok -> answered.countDown(), e -> answered.countDown()));
            store.bounds("log", Done.of(ok -> answered.countDown(), e -> answered.countDown()));
          }
        });
    loop.close(); // after that task, before the answers
    assertThat(answered.await(20, TimeUnit.SECONDS)).as("all are answered").isTrue();
    store.close();
  }
}
