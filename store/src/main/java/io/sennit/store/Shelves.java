package io.sennit.store;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Entry;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Both halves of a store, and the transactions a group of requests runs in. The durable half has a
 * connection for each durability in use; a group with one forced commit in it is forced as a whole.
 * Only the store's thread uses it.
 */
final class Shelves implements AutoCloseable {
  private final String store;
  private final Path file;
  private final Tables forced;
  private final Shelf durable;
  private @Nullable Tables handedOver;
  private @Nullable Tables memoryTables;
  private @Nullable Shelf memory;
  private Tables current; // the durable half's connection of this group
  private boolean durableBegun;
  private boolean memoryBegun;

  private Shelves(String store, Path file, Tables forced, Shelf durable) {
    this.store = store;
    this.file = file;
    this.forced = forced;
    this.durable = durable;
    this.current = forced;
  }

  /** Opens the file (made before, with its permissions), lets SQLite cut a torn tail, checks. */
  static Shelves open(String store, Path file) throws SQLException {
    var tables = new Tables(Connections.forced(file));
    try {
      checkStructure(store, tables);
      return new Shelves(store, file, tables, new Shelf(store, Catalog.load(store, tables)));
    } catch (SQLException | RuntimeException e) {
      try (tables) {
        throw e;
      }
    }
  }

  private static void checkStructure(String store, Tables tables) throws SQLException {
    try (var row = tables.of("PRAGMA integrity_check(1)").executeQuery()) {
      var found = row.next() ? row.getString(1) : "nothing";
      if (!"ok".equals(found)) {
        throw Failures.damaged(store, "the database (" + found + ")");
      }
    }
  }

  /** Begins a group. */
  void begin(boolean force) throws SQLException {
    if (force) {
      current = forced;
    } else {
      var other = handedOver;
      if (other == null) {
        other = new Tables(Connections.handedOver(file));
        handedOver = other;
      }
      current = other;
    }
  }

  /** The rule a commit would break, in words; null if none. */
  @Nullable String broken(Request.Commit commit) {
    if (!commit.changes().tooLong().isEmpty()) {
      return commit.changes().tooLong() + " is longer than 64 MiB";
    }
    boolean inMemory = commit.level() == Durability.MEMORY;
    var other = inMemory ? durable : memory;
    if (other != null) {
      for (var change : commit.changes().list()) {
        var name = heldBy(other.catalog(), change);
        if (name != null) {
          return name + " is " + (inMemory ? "durable" : "in memory") + " and cannot be both";
        }
      }
    }
    var shelf = inMemory ? memory : durable;
    var list = commit.changes().list();
    return shelf != null ? shelf.broken(list) : new Shelf(store, new Catalog()).broken(list);
  }

  private static @Nullable String heldBy(Catalog catalog, Change change) {
    return switch (change) {
      case Change.Append(var log, var _, var _) -> catalog.hasLog(log) ? "log " + log : null;
      case Change.Cut(var log, var _) -> catalog.hasLog(log) ? "log " + log : null;
      case Change.Put(var map, var _, var _) -> catalog.hasMap(map) ? "map " + map : null;
      case Change.Remove(var map, var _) -> catalog.hasMap(map) ? "map " + map : null;
    };
  }

  /** Does what a commit asks, within the group's transaction. */
  void apply(Request.Commit commit) throws SQLException {
    if (commit.level() == Durability.MEMORY) {
      var shelf = memory;
      var tables = memoryTables;
      if (shelf == null || tables == null) {
        tables = new Tables(Connections.memory());
        memoryTables = tables;
        shelf = new Shelf(store, new Catalog());
        memory = shelf;
      }
      if (!memoryBegun) {
        tables.begin();
        memoryBegun = true;
      }
      shelf.apply(commit.changes().list(), tables);
    } else {
      if (!durableBegun) {
        current.begin();
        durableBegun = true;
      }
      durable.apply(commit.changes().list(), current);
    }
  }

  /** Ends a group: when it returns, its commits are as durable as they asked to be. */
  void commit() throws SQLException {
    if (durableBegun) {
      durable.catalog().writeChanged(current);
      current.commit();
      durableBegun = false;
    }
    if (memoryBegun && memory != null && memoryTables != null) {
      memory.catalog().writeChanged(memoryTables);
      memoryTables.commit();
      memoryBegun = false;
    }
  }

  Bounds bounds(String log) {
    return shelfOfLog(log).bounds(log);
  }

  List<Entry> readLog(String log, long from, int maxBytes) throws SQLException {
    var shelf = shelfOfLog(log);
    return shelf.readLog(log, from, maxBytes, tablesOf(shelf));
  }

  List<Map.Entry<byte[], byte[]>> readMap(String map, byte[] from, int maxBytes)
      throws SQLException {
    var shelf = memory != null && memory.catalog().hasMap(map) ? memory : durable;
    return shelf.readMap(map, from, maxBytes, tablesOf(shelf));
  }

  private Shelf shelfOfLog(String log) {
    return memory != null && memory.catalog().hasLog(log) ? memory : durable;
  }

  private Tables tablesOf(Shelf shelf) {
    return shelf == durable || memoryTables == null ? current : memoryTables;
  }

  /** Closes what is open; a transaction under way is rolled back by SQLite. */
  @Override
  public void close() throws SQLException {
    // the forced connection last: it moves the tail into the file and syncs it
    try (var last = forced;
        var second = handedOver;
        var first = memoryTables) {
      current = forced;
    }
  }
}
