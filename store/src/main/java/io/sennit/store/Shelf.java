package io.sennit.store;

import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Entry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The durable half of a store, or the half in memory: rules, changes and reads over one catalog.
 * Only the store's thread uses it.
 */
final class Shelf {
  private final String store;
  private final Catalog catalog;
  private final Checksums checksums = new Checksums();

  Shelf(String store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  Catalog catalog() {
    return catalog;
  }

  /** The rule a batch would break on this shelf, in words; null if none. Changes nothing. */
  @Nullable String broken(List<Change> changes) {
    Map<String, LogState> after = new HashMap<>();
    for (var change : changes) {
      switch (change) {
        case Change.Append(var name, var index, var _) -> {
          var log = after.getOrDefault(name, stateOf(name));
          if (!log.takes(index)) {
            return "index "
                + index
                + " cannot be appended to log "
                + name
                + (index < 0 ? "" : ", whose next is " + log.next());
          }
          after.put(name, log.appended(index));
        }
        case Change.Cut(var name, var below) ->
            after.put(name, after.getOrDefault(name, stateOf(name)).cut(below));
        case Change.Put _, Change.Remove _ -> {}
      }
    }
    return null;
  }

  private LogState stateOf(String name) {
    var known = catalog.log(name);
    return known != null ? known : new LogState(0, 0, 0);
  }

  /** Makes the changes; rules were checked. */
  void apply(List<Change> changes, Tables tables) throws SQLException {
    for (var change : changes) {
      switch (change) {
        case Change.Append(var name, var index, var record) -> {
          var log = catalog.logOrNew(name);
          tables.append(log.id(), index, checksums.record(log.id(), index, record), record);
          catalog.update(name, log.appended(index));
        }
        case Change.Cut(var name, var below) -> {
          var log = catalog.log(name);
          if (log != null && below > log.first()) {
            tables.cut(log.id(), below);
            catalog.update(name, log.cut(below));
          }
        }
        case Change.Put(var name, var key, var value) -> {
          long map = catalog.mapOrNew(name, tables);
          tables.put(map, key, checksums.entry(map, key, value), value);
        }
        case Change.Remove(var name, var key) -> {
          var map = catalog.map(name);
          if (map != null) {
            tables.remove(map, key);
          }
        }
      }
    }
  }

  Bounds bounds(String name) {
    var log = stateOf(name);
    return new Bounds(log.first(), log.next());
  }

  List<Entry> readLog(String name, long from, int maxBytes, Tables tables) throws SQLException {
    var records = new ArrayList<Entry>();
    var log = catalog.log(name);
    if (log == null || from >= log.next()) {
      return records;
    }
    long expected = Math.max(from, log.first());
    long bytes = 0;
    var sql =
        tables.of("SELECT idx, crc, body FROM records WHERE log = ? AND idx >= ? ORDER BY idx");
    sql.setLong(1, log.id());
    sql.setLong(2, expected);
    try (var rows = sql.executeQuery()) {
      while (expected < log.next() && (records.isEmpty() || bytes < maxBytes)) {
        byte[] body = rows.next() && rows.getLong(1) == expected ? rows.getBytes(3) : null;
        if (body == null || rows.getLong(2) != checksums.record(log.id(), expected, body)) {
          throw Failures.damaged(store, "record " + expected + " of log " + name);
        }
        records.add(new Entry(expected, body));
        bytes += body.length;
        expected++;
      }
    }
    return records;
  }

  List<Map.Entry<byte[], byte[]>> readMap(String name, byte[] from, int maxBytes, Tables tables)
      throws SQLException {
    var entries = new ArrayList<Map.Entry<byte[], byte[]>>();
    var map = catalog.map(name);
    if (map == null) {
      return entries;
    }
    long bytes = 0;
    var sql =
        tables.of("SELECT key, crc, value FROM entries WHERE map = ? AND key >= ? ORDER BY key");
    sql.setLong(1, map);
    sql.setBytes(2, from);
    try (var rows = sql.executeQuery()) {
      while ((entries.isEmpty() || bytes < maxBytes) && rows.next()) {
        byte[] key = rows.getBytes(1);
        byte[] value = rows.getBytes(3);
        if (key == null || value == null || rows.getLong(2) != checksums.entry(map, key, value)) {
          throw Failures.damaged(store, "entry " + entries.size() + " of what was read of " + name);
        }
        entries.add(Map.entry(key, value));
        bytes += key.length + value.length;
      }
    }
    return entries;
  }
}
