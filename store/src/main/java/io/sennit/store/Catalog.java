package io.sennit.store;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names on one shelf and where each log begins and ends, kept in memory: rules are checked here
 * without asking the disk. Changed logs are written back once a group. Only the store's thread uses
 * it.
 */
final class Catalog {
  private final Map<String, LogState> logs = new HashMap<>();
  private final Map<String, Long> maps = new HashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private final Checksums checksums = new Checksums();
  private long lastLog;
  private long lastMap;

  /** Reads it all, checking that each log's records are where its row says. */
  static Catalog load(String store, Tables tables) throws SQLException {
    var catalog = new Catalog();
    try (var rows = tables.of("SELECT id, name, first, next, crc FROM logs").executeQuery()) {
      while (rows.next()) {
        var log = new LogState(rows.getLong(1), rows.getLong(3), rows.getLong(4));
        var name = rows.getString(2);
        if (rows.getLong(5) != catalog.checksums.log(log.id(), name, log.first(), log.next())) {
          throw Failures.damaged(store, "the beginning of log " + name);
        }
        catalog.logs.put(name, log);
        catalog.lastLog = Math.max(catalog.lastLog, log.id());
      }
    }
    try (var rows = tables.of("SELECT id, name, crc FROM maps").executeQuery()) {
      while (rows.next()) {
        long id = rows.getLong(1);
        var name = rows.getString(2);
        if (rows.getLong(3) != catalog.checksums.map(id, name)) {
          throw Failures.damaged(store, "the beginning of map " + name);
        }
        catalog.maps.put(name, id);
        catalog.lastMap = Math.max(catalog.lastMap, id);
      }
    }
    for (var log : catalog.logs.entrySet()) {
      checkEnds(store, tables, log.getKey(), log.getValue());
    }
    return catalog;
  }

  private static void checkEnds(String store, Tables tables, String name, LogState log)
      throws SQLException {
    // two questions, since one asking for both ends would read all that lies between
    boolean sound =
        log.empty()
            ? end(tables, "max", log.id()) == null
            : Long.valueOf(log.first()).equals(end(tables, "min", log.id()))
                && Long.valueOf(log.next() - 1).equals(end(tables, "max", log.id()));
    if (!sound) {
      throw Failures.damaged(store, "the extent of log " + name);
    }
  }

  private static @Nullable Long end(Tables tables, String which, long log) throws SQLException {
    var sql = tables.of("SELECT " + which + "(idx) FROM records WHERE log = ?");
    sql.setLong(1, log);
    try (var row = sql.executeQuery()) {
      long index = row.getLong(1);
      return row.wasNull() ? null : index;
    }
  }

  boolean hasLog(String name) {
    return logs.containsKey(name);
  }

  boolean hasMap(String name) {
    return maps.containsKey(name);
  }

  /** The log's state, or null if nothing was ever written to it. */
  @Nullable LogState log(String name) {
    return logs.get(name);
  }

  /** The map's number, or null if nothing was ever written to it. */
  @Nullable Long map(String name) {
    return maps.get(name);
  }

  /** The log's state, made up if it is new. */
  LogState logOrNew(String name) {
    var known = logs.get(name);
    return known != null ? known : new LogState(++lastLog, 0, 0);
  }

  /** Takes over a log's new state, to be written with {@link #writeChanged}. */
  void update(String name, LogState log) {
    logs.put(name, log);
    changed.add(name);
  }

  /** The map's number; a new one gets its row at once. */
  long mapOrNew(String name, Tables tables) throws SQLException {
    var known = maps.get(name);
    if (known != null) {
      return known;
    }
    long id = ++lastMap;
    tables.writeMap(name, id, checksums.map(id, name));
    maps.put(name, id);
    return id;
  }

  /** Writes the rows of the logs changed since the last time. */
  void writeChanged(Tables tables) throws SQLException {
    for (var name : changed) {
      var log = logs.get(name);
      if (log != null) {
        tables.writeLog(name, log, checksums.log(log.id(), name, log.first(), log.next()));
      }
    }
    changed.clear();
  }
}
