package io.sennit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Entry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store whose disk fails under it, and what can be done then. */
@Timeout(60)
final class StoreFailureTest {
  @TempDir Path folder;
  private final TestLoop loop = new TestLoop();

  @AfterEach
  void end() throws InterruptedException {
    loop.close();
  }

  private <T> T ask(Consumer<Done<T>> request) throws Exception {
    var answer = new CompletableFuture<T>();
    loop.execute(() -> request.accept(Done.of(answer::complete, answer::completeExceptionally)));
    try {
      return answer.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SennitException why ? why : e;
    }
  }

  private Store open() throws Exception {
    return this.<Store>ask(done -> new SqliteStores().open(loop, folder, "s", done));
  }

  private void commit(Store store, long index) throws Exception {
    this.<Void>ask(
        done ->
            store.commit(
                store.batch().append("log", index, new byte[1]).put("map", key(index), key(index)),
                Durability.FSYNC,
                done));
  }

  private static byte[] key(long index) {
    return new byte[] {(byte) index};
  }

  private void sabotage(String sql) throws SQLException {
    // a trigger of somebody else's is as good a broken disk as any
    try (var saboteur = Connections.forced(folder.resolve("s.db"))) {
      Connections.run(saboteur, sql);
    }
  }

  private static final String BREAK =
      "CREATE TRIGGER broken BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'disk'); END";

  private SennitException failureOf(Store store, long index) throws Exception {
    try {
      commit(store, index);
      throw new AssertionError("it worked");
    } catch (SennitException e) {
      return e;
    }
  }

  @Test
  void afterAFailedCommitEverythingFailsAndEverybodyIsToldOnce() throws Exception {
    var store = open();
    commit(store, 0);
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    loop.execute(
        () -> {
          store.onFailure(why -> told.add("store"));
          store.view("a").onFailure(why -> told.add("a"));
          var closed = store.view("b");
          closed.onFailure(why -> told.add("b"));
          closed.close();
        });
    sabotage(BREAK);
    assertThat(failureOf(store, 1)).isInstanceOf(StorageException.class);
    assertThat(failureOf(store, 1)).hasMessageContaining("failed before");
    assertThat(failureOf(store, 2).advice()).contains("open it again");
    var read = new CompletableFuture<SennitException>();
    loop.execute(
        () ->
            store.readLog(
                "log",
                0,
                10,
                Done.of(r -> read.completeExceptionally(new AssertionError()), read::complete)));
    assertThat(read.get(10, TimeUnit.SECONDS)).hasMessageContaining("failed before");
    loop.execute(() -> store.onFailure(why -> told.add("late")));
    Awaitility.await().until(() -> told.contains("late"));
    assertThat(told).containsExactlyInAnyOrder("store", "a", "late");
    store.close();
  }

  @Test
  void aFailedStoreIsOpenedAgainInTheSameProcess() throws Exception {
    var store = open();
    commit(store, 0);
    sabotage(BREAK);
    assertThat(failureOf(store, 1)).isInstanceOf(StorageException.class);
    sabotage("DROP TRIGGER broken");
    loop.execute(store::close); // on the loop: the opening waits for its end
    var again = open();
    List<Entry> log = ask(done -> again.readLog("log", 0, 100, done));
    assertThat(log).as("nothing of the failed group stayed").hasSize(1);
    commit(again, 1);
    again.close();
  }

  /** A read that failed used to be able to fail the store. (foundation B18) */
  @Test
  void aReadThatFailsFailsAlone() throws Exception {
    var store = open();
    commit(store, 0);
    sabotage("ALTER TABLE entries RENAME TO elsewhere");
    var why = new CompletableFuture<SennitException>();
    loop.execute(
        () ->
            store.readMap(
                "map",
                new byte[0],
                100,
                Done.of(r -> why.completeExceptionally(new AssertionError()), why::complete)));
    assertThat(why.get(10, TimeUnit.SECONDS)).isInstanceOf(StorageException.class);
    List<Entry> log = ask(done -> store.readLog("log", 0, 100, done));
    assertThat(log).hasSize(1);
    sabotage("ALTER TABLE elsewhere RENAME TO entries");
    List<java.util.Map.Entry<byte[], byte[]>> map =
        ask(done -> store.readMap("map", new byte[0], 100, done));
    assertThat(map).hasSize(1);
    commit(store, 1);
    store.close();
  }
}
