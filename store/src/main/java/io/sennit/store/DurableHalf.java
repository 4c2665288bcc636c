package io.sennit.store;

import io.sennit.core.storage.StoreBatch;
import io.sennit.core.storage.StoreChange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The half of a store that lies in its file, and the transactions a group of commits runs in. It
 * has a connection for each durability in use; a group with one forced commit in it is forced as a
 * whole. Only the store's thread uses it.
 */
final class DurableHalf implements AutoCloseable {
  /** A larger file is checked as a whole only if it was not closed properly. */
  private static final long ALWAYS_CHECKED_BYTES = 64 << 20;

  private final Path file;
  private final Tables forced;
  private final Catalog catalog;
  private final Checksums checksums = new Checksums();
  private @Nullable Tables handedOver;
  private @Nullable Tables current; // this group's, once it has begun
  private boolean folderSynced;
  private boolean unforced;

  private DurableHalf(Path file, Tables forced, Catalog catalog) {
    this.file = file;
    this.forced = forced;
    this.catalog = catalog;
  }

  /** Opens the file (made before, with its permissions), lets SQLite cut a torn tail, checks. */
  static DurableHalf open(String store, Path file) throws SQLException, IOException {
    boolean check = Files.size(file) <= ALWAYS_CHECKED_BYTES || Files.exists(tail(file));
    var tables = new Tables(Connections.forced(file));
    try {
      if (check) {
        checkStructure(store, tables);
      }
      return new DurableHalf(file, tables, Catalog.load(store, tables));
    } catch (SQLException | RuntimeException e) {
      try (tables) {
        throw e;
      }
    }
  }

  /** The log that SQLite writes ahead of the file; a proper close removes it. */
  private static Path tail(Path file) {
    return file.resolveSibling(file.getFileName() + "-wal");
  }

  private static void checkStructure(String store, Tables tables) throws SQLException {
    try (var row = tables.of("PRAGMA integrity_check(1)").executeQuery()) {
      var found = row.next() ? row.getString(1) : "nothing";
      if (!"ok".equals(found)) {
        throw Failures.damaged(store, "the database (" + found + ")");
      }
    }
  }

  Catalog catalog() {
    return catalog;
  }

  /** Makes the changes of a batch that breaks no rule, within the group's transaction. */
  void apply(StoreBatch batch, boolean force) throws SQLException {
    var tables = current;
    if (tables == null) {
      tables = force ? forced : handedOver();
      tables.begin();
      current = tables;
    }
    for (var change : batch.changes()) {
      switch (change) {
        case StoreChange.OfLog ofLog -> apply(ofLog, tables);
        case StoreChange.OfMap ofMap -> apply(ofMap, tables);
      }
    }
  }

  private Tables handedOver() throws SQLException {
    var other = handedOver;
    if (other == null) {
      other = new Tables(Connections.handedOver(file));
      handedOver = other;
    }
    return other;
  }

  private void apply(StoreChange.OfLog change, Tables tables) throws SQLException {
    var name = change.log();
    if (change instanceof StoreChange.Append(var _, var index, var record)) {
      var log = catalog.logOrNew(name);
      tables.append(log.id(), index, checksums.record(log.id(), index, record), record);
      catalog.update(name, after(log, change));
      return;
    }
    var log = catalog.log(name);
    if (log == null) {
      return;
    }
    var after = after(log, change);
    if (change instanceof StoreChange.DropLog) {
      tables.dropLog(log.id());
      catalog.dropLog(name);
    } else if (!after.equals(log)) {
      if (change instanceof StoreChange.Cut) {
        tables.cut(log.id(), after.bounds().first());
      } else {
        tables.truncate(log.id(), after.bounds().next());
      }
      catalog.update(name, after);
    }
  }

  private static LogRow after(LogRow log, StoreChange.OfLog change) {
    return new LogRow(log.id(), io.sennit.core.storage.StoreRules.after(log.bounds(), change));
  }

  private void apply(StoreChange.OfMap change, Tables tables) throws SQLException {
    var name = change.map();
    if (change instanceof StoreChange.Put(var _, var key, var value)) {
      long map = catalog.mapOrNew(name, tables);
      tables.put(map, key, checksums.entry(map, key, value), value);
      return;
    }
    var map = catalog.map(name);
    if (map == null) {
      return;
    }
    switch (change) {
      case StoreChange.Remove(var _, var key) -> tables.remove(map, key);
      case StoreChange.RemoveRange(var _, var range) -> tables.removeRange(map, range);
      case StoreChange.DropMap _ -> {
        tables.dropMap(map);
        catalog.dropMap(name);
      }
      case StoreChange.Put _ -> throw new AssertionError(); // done above
    }
  }

  /** Ends a group; whether something was forced to the disk. */
  boolean commit() throws SQLException {
    var tables = current;
    if (tables == null) {
      return false;
    }
    catalog.writeChanged(tables);
    catalog.commit(tables);
    current = null;
    boolean forces = tables == forced && tables.changed();
    if (tables.changed()) {
      unforced = !forces; // a forced commit forces all that was written before it
    }
    return forces;
  }

  /** Gives up the group, after a failure. */
  void rollback() throws SQLException {
    var tables = current;
    current = null;
    if (tables != null) {
      tables.rollback();
    }
  }

  /** Whether something is in the system's hands and not forced to the disk. */
  boolean unforced() {
    return unforced;
  }

  /** Forces to the disk what is only in the system's hands. */
  void force() throws IOException {
    // SQLite takes its locks on the other two files; closing a second handle on them would free
    // these
    try (var channel = FileChannel.open(tail(file), StandardOpenOption.WRITE)) {
      channel.force(false);
    }
    if (!folderSynced) {
      OwnerFiles.syncFolder(file); // the tail's name, if this process made it
      folderSynced = true;
    }
    unforced = false;
  }

  /** Closes what is open; a transaction under way is rolled back by SQLite. */
  @Override
  public void close() throws SQLException {
    // the forced connection last: it moves the tail into the file and syncs it
    try (var last = forced;
        var first = handedOver) {
      current = null;
    }
  }
}
