package io.sennit.store;

import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.StoreProvider;
import io.sennit.core.storage.StoreErrors;
import io.sennit.core.storage.StoreFront;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * Opens stores on SQLite: {@code NAME.db} with its {@code NAME.lock} in the data folder, both
 * readable by their owner only. Each store has two threads, {@code sennit-store-NAME} and {@code
 * sennit-store-NAME-reads}. Methods may be called from any thread.
 *
 * <p>What {@link Store} leaves to the implementation: a read that finds damage names the log and
 * the index. A file of at most 64 MiB is checked as a whole when it is opened, a larger one only if
 * it was not closed properly; every row is checked whenever it is read.
 */
public final class SqliteStores implements StoreProvider {
  private static final System.Logger LOG = System.getLogger(SqliteStores.class.getName());

  private static final long WAIT_SECONDS = 10;

  private static final long READS_MILLIS = 2_000;

  /** What is open or closing in this process, by its file's path without the suffix. */
  private static final ConcurrentMap<Path, SqliteStore> OPEN = new ConcurrentHashMap<>();

  /** Found by {@link java.util.ServiceLoader}. */
  public SqliteStores() {}

  @Override
  public void open(Loop owner, Path folder, String name, Done<Store> done) {
    try {
      Thread.ofPlatform()
          .daemon()
          .name("sennit-store-" + name)
          .start(() -> run(owner, folder, name, done));
    } catch (OutOfMemoryError e) { // no thread to be had
      refuse(owner, done, Failures.of(name, "open", e));
    }
  }

  /** The life of a store's thread. */
  private static void run(Loop owner, Path folder, String name, Done<Store> done) {
    var store = new SqliteStore(name, owner);
    var opening = new Opening(owner, done);
    try {
      var base = OwnerFiles.folder(folder).resolve(FileNames.of("store", name));
      claim(base, store);
      try {
        serve(base, store, opening);
      } finally {
        OPEN.remove(base, store);
      }
    } catch (SennitException e) {
      opening.failed(e instanceof ConfigException ? Failures.of(name, "open", e) : e);
    } catch (IOException | SQLException | RuntimeException | Error e) {
      opening.failed(Failures.of(name, "open", e));
    } finally {
      store.ended();
    }
  }

  /** Makes the path ours, waiting for one who is closing it. */
  private static void claim(Path base, SqliteStore mine) throws StorageException {
    while (true) {
      var before = OPEN.putIfAbsent(base, mine);
      if (before == null) {
        return;
      }
      if (!before.closing() || !before.awaitEnd(WAIT_SECONDS)) {
        throw Failures.alreadyOpen(mine.name(), "in this process");
      }
      OPEN.remove(base, before);
    }
  }

  private static void serve(Path base, SqliteStore store, Opening opening)
      throws IOException, SQLException {
    var name = store.name();
    var lock = FileLocks.tryLock(base.resolveSibling(base.getFileName() + ".lock"));
    try (var held = lock.orElseThrow(() -> Failures.alreadyOpen(name, "in another process"))) {
      var file = base.resolveSibling(base.getFileName() + ".db");
      OwnerFiles.file(file);
      serve(file, store, opening, DurableHalf.open(name, file));
    }
  }

  private static void serve(Path file, SqliteStore store, Opening opening, DurableHalf opened)
      throws SQLException {
    var name = store.name();
    var owner = store.owner();
    var memory = new MemoryHalf();
    var front = new StoreFront(store);
    try (var durable = opened) {
      var commits =
          new StoreThread(
              name, owner, store.commits(), durable, memory, front::failed, store::overdue);
      var reader = new Reader(name, file, durable.catalog().published(), memory);
      var reads = new ReadThread(name, owner, store.reads(), commits, reader, store::overdue);
      var reading =
          Thread.ofPlatform().daemon().name("sennit-store-" + name + "-reads").start(reads::run);
      try {
        store.opened(commits);
        if (opening.ok(front)) {
          commits.run();
        }
      } finally {
        commits.end();
        reads.close();
        awaitEnd(name, reading);
      }
    } catch (SQLException e) {
      if (opening.pending()) {
        throw e;
      }
      // everything acknowledged is in the file or its log already; the next opening tidies up
      LOG.log(System.Logger.Level.WARNING, "closing store " + name, e);
    }
  }

  /** The connection that reads is closed before the one that moves the tail into the file. */
  private static void awaitEnd(String name, Thread reading) {
    try {
      if (!reading.join(Duration.ofMillis(READS_MILLIS))) {
        LOG.log(System.Logger.Level.WARNING, "store {0} is closed while it is read", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody interrupts it; if somebody does, it is to end
    }
  }

  private static void refuse(Loop owner, Done<Store> done, SennitException why) {
    var answers = new Answers(owner);
    answers.add(() -> done.failed(why));
    answers.send();
  }

  /** The answer to an opening, given once. On the store's thread. */
  private static final class Opening {
    private final Loop owner;
    private final Done<Store> done;
    private boolean pending = true;

    Opening(Loop owner, Done<Store> done) {
      this.owner = owner;
      this.done = done;
    }

    boolean pending() {
      return pending;
    }

    /** Gives out the store; false: its loop has ended, so nobody could use it. */
    boolean ok(StoreFront store) {
      try {
        owner.execute(() -> done.ok(store));
        pending = false;
        return true;
      } catch (RejectedExecutionException gone) {
        failed(StoreErrors.closed(store.toString()));
        return false;
      }
    }

    void failed(SennitException why) {
      if (pending) {
        pending = false;
        refuse(owner, done, why);
      } else {
        LOG.log(System.Logger.Level.ERROR, "a store ended", why);
      }
    }
  }
}
