package io.sennit.store;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.storage.StoreHalf;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of the durable half and where each log begins and ends, kept in memory: rules are
 * checked here without asking the disk. Changed logs are written back once a group. Only the
 * store's thread uses it.
 */
final class Catalog implements StoreHalf {
  private final Map<String, LogRow> logs = new HashMap<>();
  private final Map<String, Long> maps = new HashMap<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private final Checksums checksums = new Checksums();
  private final Published published = new Published();
  private long lastLog;
  private long lastMap;
  private final Set<String> logsRenamed = new LinkedHashSet<>(); // new or dropped in this group
  private final Set<String> mapsRenamed = new LinkedHashSet<>();

  /** Reads it all, checking that each log's records are where its row says. */
  static Catalog load(String store, Tables tables) throws SQLException {
    var catalog = new Catalog();
    try (var rows = tables.of("SELECT id, name, first, next, crc FROM logs").executeQuery()) {
      while (rows.next()) {
        var log = new LogRow(rows.getLong(1), new Bounds(rows.getLong(3), rows.getLong(4)));
        var name = rows.getString(2);
        if (rows.getLong(5) != catalog.checksums.log(log.id(), name, log.bounds())) {
          throw Failures.damaged(store, "the beginning of log " + name);
        }
        catalog.logs.put(name, log);
        catalog.logsRenamed.add(name);
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
        catalog.mapsRenamed.add(name);
        catalog.lastMap = Math.max(catalog.lastMap, id);
      }
    }
    for (var log : catalog.logs.entrySet()) {
      checkEnds(store, tables, log.getKey(), log.getValue());
    }
    catalog.publish();
    return catalog;
  }

  private static void checkEnds(String store, Tables tables, String name, LogRow log)
      throws SQLException {
    var bounds = log.bounds();
    // two questions, since one asking for both ends would read all that lies between
    boolean sound =
        bounds.empty()
            ? end(tables, "max", log.id()) == null
            : Long.valueOf(bounds.first()).equals(end(tables, "min", log.id()))
                && Long.valueOf(bounds.next() - 1).equals(end(tables, "max", log.id()));
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

  /** What other threads may know of it. */
  Published published() {
    return published;
  }

  @Override
  public boolean hasLog(String name) {
    return logs.containsKey(name);
  }

  @Override
  public boolean hasMap(String name) {
    return maps.containsKey(name);
  }

  @Override
  public Bounds bounds(String name) {
    var log = logs.get(name);
    return log == null ? Bounds.NONE : log.bounds();
  }

  /** The log's row, or null if nothing was ever written to it. */
  @Nullable LogRow log(String name) {
    return logs.get(name);
  }

  /** The map's number, or null if nothing was ever written to it. */
  @Nullable Long map(String name) {
    return maps.get(name);
  }

  /** The log's row, made up if it is new. */
  LogRow logOrNew(String name) {
    var known = logs.get(name);
    if (known != null) {
      return known;
    }
    logsRenamed.add(name);
    return new LogRow(++lastLog, Bounds.NONE);
  }

  /** Takes over a log's new bounds, to be written with {@link #writeChanged}. */
  void update(String name, LogRow log) {
    logs.put(name, log);
    changed.add(name);
  }

  /** Forgets a log. */
  void dropLog(String name) {
    logs.remove(name);
    changed.remove(name);
    logsRenamed.add(name);
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
    mapsRenamed.add(name);
    return id;
  }

  /** Forgets a map. */
  void dropMap(String name) {
    maps.remove(name);
    mapsRenamed.add(name);
  }

  /** Writes the rows of the logs changed since the last time. */
  void writeChanged(Tables tables) throws SQLException {
    for (var name : changed) {
      var log = logs.get(name);
      if (log != null) {
        tables.writeLog(name, log, checksums.log(log.id(), name, log.bounds()));
      }
    }
    changed.clear();
  }

  /** Commits, and tells other threads which names there are now. */
  void commit(Tables tables) throws SQLException {
    if (logsRenamed.isEmpty() && mapsRenamed.isEmpty()) {
      tables.commit();
      return;
    }
    try (var _ = published.change()) {
      tables.commit();
      publish();
    }
  }

  private void publish() {
    for (var name : logsRenamed) {
      var log = logs.get(name);
      published.log(name, log == null ? null : log.id());
    }
    for (var name : mapsRenamed) {
      published.map(name, maps.get(name));
    }
    logsRenamed.clear();
    mapsRenamed.clear();
  }
}
