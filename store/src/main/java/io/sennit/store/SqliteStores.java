package io.sennit.store;

import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.StoreProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Opens stores on SQLite: {@code NAME.db} with its {@code NAME.lock} in the data folder, both
 * readable by their owner only. Each store has one thread, {@code sennit-store-NAME}. Methods may
 * be called from any thread.
 *
 * <p>Beyond what {@link Store} says: a batch that breaks a rule (an index that is not the log's
 * next, a part longer than {@link Store#MAX_RECORD}, a name that is durable already and now to be
 * in memory, or the other way round) fails alone, with nothing of it done. A failure of the machine
 * (disk full, I/O) fails the store: that request and all later ones. A read that finds damage fails
 * alone and names the log and index. Arrays given to a batch are not copied: they must stay as they
 * are until its commit is answered.
 */
public final class SqliteStores implements StoreProvider {
  private static final long WAIT_SECONDS = 10;

  /** What is open or closing in this process, by its file's path without the suffix. */
  private static final ConcurrentMap<Path, Opened> OPEN = new ConcurrentHashMap<>();

  private record Opened(SqliteStore store, CountDownLatch ended) {}

  /** Found by {@link java.util.ServiceLoader}. */
  public SqliteStores() {}

  @Override
  public void open(Loop owner, Path folder, String name, Done<Store> done) {
    Thread.ofPlatform()
        .daemon()
        .name("sennit-store-" + name)
        .start(() -> run(owner, folder, name, done));
  }

  /** The life of a store's thread. */
  private static void run(Loop owner, Path folder, String name, Done<Store> done) {
    var inbox = new Inbox();
    var ended = new CountDownLatch(1);
    var store = new SqliteStore(name, owner, inbox, ended);
    try {
      var base = OwnerFiles.folder(folder).resolve(FileNames.of("store", name));
      var mine = new Opened(store, ended);
      claim(base, name, mine);
      try {
        serve(base, name, owner, inbox, store, done);
      } finally {
        OPEN.remove(base, mine);
        ended.countDown();
      }
    } catch (SennitException e) {
      answer(owner, () -> done.failed(inStore(name, e)));
    } catch (IOException | SQLException | RuntimeException | LinkageError e) {
      answer(owner, () -> done.failed(Failures.of(name, "open", e)));
    } finally {
      ended.countDown();
    }
  }

  private static SennitException inStore(String name, SennitException e) {
    return e instanceof ConfigException ? Failures.of(name, "open", e) : e;
  }

  /** Makes the path ours, waiting for one who is closing it. */
  private static void claim(Path base, String name, Opened mine) throws StorageException {
    while (true) {
      var before = OPEN.putIfAbsent(base, mine);
      if (before == null) {
        return;
      }
      if (!before.store.closing() || !await(before.ended)) {
        throw Failures.alreadyOpen(name, "in this process");
      }
      OPEN.remove(base, before);
    }
  }

  private static boolean await(CountDownLatch ended) {
    try {
      return ended.await(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false; // nobody interrupts this thread; if somebody does, it is to end it
    }
  }

  private static void serve(
      Path base, String name, Loop owner, Inbox inbox, SqliteStore store, Done<Store> done)
      throws IOException, SQLException {
    var lock = FileLocks.tryLock(base.resolveSibling(base.getFileName() + ".lock"));
    try (var held = lock.orElseThrow(() -> Failures.alreadyOpen(name, "in another process"))) {
      var file = base.resolveSibling(base.getFileName() + ".db");
      OwnerFiles.file(file);
      var thread = new StoreThread(name, owner, inbox, Shelves.open(name, file), store::settled);
      answer(owner, () -> done.ok(store));
      try {
        thread.run();
      } finally {
        thread.end();
      }
    }
  }

  private static void answer(Loop owner, Runnable answer) {
    try {
      owner.execute(answer);
    } catch (RejectedExecutionException e) {
      System.getLogger(SqliteStores.class.getName())
          .log(System.Logger.Level.DEBUG, "a loop ended while its store was opened", e);
    }
  }
}
