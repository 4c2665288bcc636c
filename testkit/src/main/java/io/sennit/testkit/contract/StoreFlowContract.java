package io.sennit.testkit.contract;

import static io.sennit.core.spi.Store.Durability.FSYNC;
import static io.sennit.core.spi.Store.Durability.MEMORY;
import static io.sennit.core.spi.Store.Durability.OS;
import static io.sennit.testkit.contract.StoreUser.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.RejectedException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import io.sennit.testkit.contract.StoreUser.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In which order a {@link Store} answers, what a read sees, what waits and how much of it, and how
 * it ends.
 */
public abstract class StoreFlowContract extends StoreTests {
  /** For subclasses. */
  protected StoreFlowContract() {}

  @Test
  void goodBatchesAroundABadOneInTheSameTurnAreKept() {
    var store = open();
    var answers = new ArrayList<Answer<Void>>();
    for (int i = 0; i < 4; i++) {
      answers.add(new Answer<>(store.loop()));
    }
    long[] indexes = {0, 9, 1, 2}; // the second is wrong
    store.onLoop(
        () -> {
          for (int i = 0; i < 4; i++) {
            int at = i;
            store
                .raw()
                .commit(
                    store.filled(b -> b.append("log", indexes[at], bytes("r" + at))),
                    at == 2 ? OS : FSYNC,
                    answers.get(at));
          }
        });
    world().await("all four are answered", () -> answers.stream().allMatch(Answer::there));
    assertThat(answers.stream().map(Answer::worked)).containsExactly(true, false, true, true);
    assertThat(store.log("log")).containsExactly("0=r0", "1=r2", "2=r3");
    store.close();
  }

  @Test
  void commitsAreAnsweredInTheirOrderAndReadsInTheirs() {
    var store = open();
    List<Integer> commits = Collections.synchronizedList(new ArrayList<>());
    List<Integer> reads = Collections.synchronizedList(new ArrayList<>());
    var levels = Durability.values();
    int count = 60;
    store.onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            int at = i;
            var level = levels[i % 3];
            var name = level == MEMORY ? "m" : "d";
            switch (i % 4) {
              case 1 -> store.raw().bounds(name, Done.of(b -> reads.add(at), e -> reads.add(at)));
              case 3 ->
                  store
                      .raw()
                      .readLog(name, 0, 100, Done.of(r -> reads.add(at), e -> reads.add(at)));
              default ->
                  store
                      .raw()
                      .commit(
                          store.filled(b -> b.put(name, bytes("k" + at), bytes("v"))),
                          level,
                          Done.of(ok -> commits.add(at), e -> commits.add(at)));
            }
          }
        });
    world().await("all are answered", () -> commits.size() + reads.size() == count);
    assertThat(commits).isSorted().doesNotHaveDuplicates();
    assertThat(reads).isSorted().doesNotHaveDuplicates().hasSize(count / 2);
    store.close();
  }

  @Test
  void aReadSeesTheCommitsAskedBeforeIt() {
    var store = open();
    var done = new Answer<Void>(store.loop());
    var seen = new Answer<Bounds>(store.loop());
    var read = new Answer<List<Store.Entry>>(store.loop());
    store.onLoop(
        () -> {
          store.raw().commit(store.filled(b -> b.append("log", 3, bytes("x"))), FSYNC, done);
          store.raw().bounds("log", seen);
          store.raw().readLog("log", 0, 100, read);
          store
              .raw()
              .commit(
                  store.filled(b -> b.append("log", 4, bytes("y"))),
                  FSYNC,
                  new Answer<>(store.loop()));
        });
    world().await("the read is answered", read::there);
    // it may see what was asked later, too
    assertThat(seen.value().first()).isEqualTo(3);
    assertThat(seen.value().next()).isBetween(4L, 5L);
    assertThat(read.value()).hasSizeBetween(1, 2);
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void readsStopAfterTheRecordThatReachesTheLimit(Durability level) {
    var store = open();
    store.commit(
        level,
        b -> {
          for (int i = 0; i < 10; i++) {
            b.append("log", 10 + i, bytes("0123456789"));
            b.put("map", bytes("k" + i), bytes("01234567"));
          }
        });
    assertThat(store.log("log", 0, 1)).hasSize(1);
    assertThat(store.log("log", 0, 0)).hasSize(1);
    assertThat(store.log("log", 0, 10)).hasSize(1);
    assertThat(store.log("log", 0, 11)).hasSize(2);
    assertThat(store.log("log", 15, 25))
        .containsExactly("15=0123456789", "16=0123456789", "17=0123456789");
    assertThat(store.log("log", 20, 100)).isEmpty();
    assertThat(store.map("map", "", 1)).hasSize(1); // keys and values count: 10 bytes an entry
    assertThat(store.map("map", "", 10)).hasSize(1);
    assertThat(store.map("map", "", 11)).hasSize(2);
    assertThat(store.map("map", "k8", 100)).containsExactly("k8=01234567", "k9=01234567");
    assertThat(store.map("map", "k7x", 1)).containsExactly("k8=01234567");
    assertThat(store.map("map", "l", 100)).isEmpty();
    store.close();
  }

  @Test
  void closeFinishesWhatWasHandedIn() {
    var store = open();
    var answers = new AtomicInteger();
    int count = 200;
    store.onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            int at = i;
            store
                .raw()
                .commit(
                    store.filled(b -> b.append("log", at, bytes("r"))),
                    FSYNC,
                    Done.of(ok -> answers.incrementAndGet(), e -> answers.addAndGet(1_000_000)));
          }
          store.raw().close();
          store.raw().close();
        });
    world().await("every commit is answered", () -> answers.get() >= count);
    assertThat(answers.get()).as("answers, a million for each failure").isEqualTo(count);
    var again = open();
    assertThat(again.bounds("log")).isEqualTo(new Bounds(0, count));
    again.close();
  }

  @Test
  void aClosedStoreRefuses() {
    var store = open();
    store.close();
    assertThat(store.tried(FSYNC, b -> b.append("log", 0, bytes("a"))).failure())
        .isInstanceOf(StorageException.class);
    assertThat(store.reading("log", 0, 10).failure()).isInstanceOf(StorageException.class);
    store.close();
  }

  @Test
  void tenThousandSmallCommits() {
    int count = 10_000;
    var store = open();
    var worked = new AtomicInteger();
    var failed = new AtomicInteger();
    var most = new AtomicLong();
    store.onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            int at = i;
            store
                .raw()
                .commit(
                    store.filled(b -> b.append("log", at, bytes("record " + at))),
                    FSYNC,
                    Done.of(ok -> worked.incrementAndGet(), e -> failed.incrementAndGet()));
          }
          most.set(store.raw().queuedBytes());
        });
    world().await("all commits are answered", () -> worked.get() + failed.get() == count);
    assertThat(failed.get()).isZero();
    assertThat(most.get()).as("bytes queued at the peak").isGreaterThanOrEqualTo(count * 8L);
    assertThat(store.queuedBytes()).isZero();
    var again = store.reopen("s");
    assertThat(again.bounds("log")).isEqualTo(new Bounds(0, count));
    assertThat(again.log("log", count - 1, 100)).containsExactly("9999=record 9999");
    assertThat(again.log("log")).hasSize(count);
    again.close();
  }

  /** A scan used to hold up every commit asked after it. */
  @Test
  void aCommitDoesNotWaitForTheReadsAskedBeforeIt() {
    var store = open();
    store.commit(FSYNC, b -> b.append("log", 0, new byte[64 << 10]));
    int count = 4_000;
    var reads = new AtomicInteger();
    var readsBefore = new AtomicInteger(-1);
    store.onLoop(
        () -> {
          for (int i = 0; i < count; i++) {
            store
                .raw()
                .readLog("log", 0, 1, Done.of(r -> reads.incrementAndGet(), e -> reads.get()));
          }
          store
              .raw()
              .commit(
                  store.filled(b -> b.put("map", bytes("k"), bytes("v"))),
                  OS,
                  Done.of(ok -> readsBefore.set(reads.get()), e -> readsBefore.set(count)));
        });
    world().await("all are answered", () -> reads.get() == count && readsBefore.get() >= 0);
    assertThat(readsBefore.get()).as("reads answered before the commit").isLessThan(count);
    store.close();
  }

  @Test
  void tooManyWaitingReadsAreRefusedByName() {
    var store = open();
    int more = 10;
    var worked = new AtomicInteger();
    var refused = Collections.synchronizedList(new ArrayList<Throwable>());
    store.onLoop(
        () -> {
          for (int i = 0; i < Store.MAX_READS + more; i++) {
            store.raw().bounds("log", Done.of(b -> worked.incrementAndGet(), refused::add));
          }
        });
    world()
        .await("all are answered", () -> worked.get() + refused.size() == Store.MAX_READS + more);
    assertThat(refused).hasSize(more).allMatch(RejectedException.class::isInstance);
    assertThat(store.stats().queuedReads()).isZero();
    assertThat(store.bounds("log")).isEqualTo(Bounds.NONE);
    store.close();
  }

  @Test
  void tooManyQueuedBytesAreRefusedByName() {
    var store = open();
    var large = new byte[Store.MAX_RECORD];
    var first = new Answer<Void>(store.loop());
    var second = new Answer<Void>(store.loop());
    var third = new Answer<Void>(store.loop());
    store.onLoop(
        () -> {
          // it breaks a rule, so that this test need not write all of it
          var batch = store.raw().batch().append("log", -1, new byte[0]);
          for (int i = 0; i < 5; i++) {
            batch.put("map", bytes("k" + i), large);
          }
          store.raw().commit(batch, FSYNC, first);
          var view = store.raw().view("v"); // they share the bound
          view.commit(view.batch().append("log", 0, bytes("a")), FSYNC, third);
          store.raw().commit(store.filled(b -> b.append("log", 0, bytes("a"))), FSYNC, second);
        });
    world().await("all are answered", () -> first.there() && second.there() && third.there());
    assertThat(first.failure()).isInstanceOf(StorageException.class).hasMessageContaining("-1");
    assertThat(second.failure()).isInstanceOf(RejectedException.class);
    assertThat(third.failure()).isInstanceOf(RejectedException.class);
    store.commit(FSYNC, b -> b.append("log", 0, bytes("a")));
    store.close();
  }

  /** One read of everything used to take as much memory as there was to read. */
  @ParameterizedTest
  @EnumSource(
      value = Durability.class,
      names = {"FSYNC", "MEMORY"})
  void aReadOfEverythingIsBounded(Durability level) {
    var store = open();
    var large = new byte[6 << 20];
    store.commit(level, b -> b.append("big", 0, large).append("big", 1, large));
    store.commit(level, b -> b.append("big", 2, large).append("big", 3, large));
    assertThat(store.reading("big", 0, Integer.MAX_VALUE).value()).hasSize(3); // 18 of 24 MiB
    int count = Store.MAX_READ_COUNT + 10;
    store.commit(
        level,
        b -> {
          for (int i = 0; i < count; i++) {
            b.append("many", i, new byte[0]);
            b.put("many", new byte[] {(byte) (i >> 16), (byte) (i >> 8), (byte) i}, new byte[0]);
          }
        });
    assertThat(store.reading("many", 0, 100).value()).hasSize(Store.MAX_READ_COUNT);
    assertThat(store.reading("many", Store.MAX_READ_COUNT, 100).value()).hasSize(10);
    assertThat(store.entries("many", new byte[0], 1 << 20)).hasSize(Store.MAX_READ_COUNT);
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void whatWasReadIsTheReadersOwn(Durability level) {
    var store = open();
    store.commit(level, b -> b.append("log", 0, bytes("abc")).put("map", bytes("k"), bytes("v")));
    store.reading("log", 0, 10).value().getFirst().record()[0] = 'x';
    store.entries("map", new byte[0], 10).getFirst().getKey()[0] = 'x';
    assertThat(store.log("log")).containsExactly("0=abc");
    assertThat(store.map("map")).containsExactly("k=v");
    store.close();
  }

  /** What was committed at level OS was forced to the disk by chance only. */
  @Test
  void osIsForcedToTheDiskByItself() {
    var store = open();
    store.commit(FSYNC, b -> b.append("log", 0, bytes("a")));
    long before = store.stats().syncs();
    store.commit(OS, b -> b.append("log", 1, bytes("b")));
    assertThat(store.stats().syncs()).isEqualTo(before);
    world().await("it is forced to the disk", () -> store.stats().syncs() == before + 1);
    world().elapse(java.time.Duration.ofMillis(1500));
    assertThat(store.stats().syncs()).as("nothing more to force").isEqualTo(before + 1);
    store.close();
  }

  @Test
  void statsCountWhatWorked() {
    var store = open();
    store.commit(FSYNC, b -> b.append("log", 0, new byte[100]));
    store.commit(MEMORY, b -> b.append("m", 0, new byte[10]));
    assertThat(store.tried(FSYNC, b -> b.append("log", 9, new byte[1000])).worked()).isFalse();
    store.commit(FSYNC, b -> b.remove("never", bytes("k"))); // nothing to force
    store.log("log");
    var stats = store.stats();
    assertThat(stats.commits()).isEqualTo(3);
    assertThat(stats.bytes()).isBetween(110L, 500L);
    assertThat(stats.groups()).isEqualTo(4);
    assertThat(stats.syncs()).isEqualTo(1);
    assertThat(stats.reads()).isEqualTo(1);
    assertThat(stats.queuedBytes()).isZero();
    store.close();
  }
}
