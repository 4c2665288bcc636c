package io.sennit.store;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Contents;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.spi.Store.Range;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what was committed, on a connection of its own; checks every row. Only the store's reading
 * thread uses it.
 */
final class Reader implements AutoCloseable {
  private final String store;
  private final Path file;
  private final Published names;
  private final MemoryHalf memory;
  private final Checksums checksums = new Checksums();
  private @Nullable Tables tables;
  private int connections; // made so far

  Reader(String store, Path file, Published names, MemoryHalf memory) {
    this.store = store;
    this.file = file;
    this.names = names;
    this.memory = memory;
  }

  /** Something that is read. */
  private interface Reading<T> {
    T from(Tables tables) throws SQLException;
  }

  /** A connection that failed is not used again: the next read gets a new one. */
  private <T> T read(Reading<T> reading) throws SQLException {
    var open = tables;
    if (open == null) {
      open = new Tables(Connections.reading(file));
      tables = open;
      connections++;
    }
    boolean sound = false;
    try {
      var result = reading.from(open);
      sound = true;
      return result;
    } catch (SennitException e) {
      sound = true; // damage in one row
      throw e;
    } finally {
      if (!sound) {
        close();
      }
    }
  }

  /** Connections made so far: one, as long as none failed. */
  int connections() {
    return connections;
  }

  List<Entry> log(String name, long from, int maxBytes) throws SQLException {
    var inMemory = memory.with(all -> all.hasLog(name) ? all.readLog(name, from, maxBytes) : null);
    if (inMemory != null) {
      return inMemory;
    }
    return ofLog(name, List.of(), (id, of) -> records(name, id, from, maxBytes, of));
  }

  Bounds bounds(String name) throws SQLException {
    var inMemory = memory.with(all -> all.hasLog(name) ? all.bounds(name) : null);
    if (inMemory != null) {
      return inMemory;
    }
    return ofLog(name, Bounds.NONE, (id, of) -> bounds(name, id, of));
  }

  Contents names() {
    return memory.with(
        all -> {
          var logs = names.logs();
          var maps = names.maps();
          logs.addAll(all.logs());
          maps.addAll(all.maps());
          return new Contents(logs, maps);
        });
  }

  /** Something that is read of a log's row; empty: the row is not there. */
  private interface OfLog<T> {
    Optional<T> read(long id, Tables tables) throws SQLException;
  }

  private <T> T ofLog(String name, T without, OfLog<T> reading) throws SQLException {
    var id = names.log(name);
    if (id == null) {
      return without;
    }
    long known = id;
    var found = read(of -> reading.read(known, of));
    if (found.isPresent()) {
      return found.get();
    }
    try (var _ = names.change()) { // dropped just now, or damaged?
      var now = names.log(name);
      if (now == null) {
        return without;
      }
      return read(of -> reading.read(now, of))
          .orElseThrow(() -> Failures.damaged(store, "the beginning of log " + name));
    }
  }

  private Optional<Bounds> bounds(String name, long id, Tables of) throws SQLException {
    var sql = of.of("SELECT name, first, next, crc FROM logs WHERE id = ?");
    sql.setLong(1, id);
    try (var rows = sql.executeQuery()) {
      return rows.next()
          ? Optional.of(
              bounds(
                  name, id, rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4)))
          : Optional.empty();
    }
  }

  private Bounds bounds(String name, long id, String found, long first, long next, long crc) {
    var bounds = new Bounds(first, next);
    if (!name.equals(found) || crc != checksums.log(id, name, bounds)) {
      throw Failures.damaged(store, "the beginning of log " + name);
    }
    return bounds;
  }

  /** One statement, so that the log's row and its records are of the same moment. */
  private Optional<List<Entry>> records(String name, long id, long from, int maxBytes, Tables of)
      throws SQLException {
    var sql =
        of.of(
            "SELECT l.name, l.first, l.next, l.crc, r.idx, r.crc, r.body FROM logs l"
                + " LEFT JOIN records r ON r.log = ?1 AND r.idx >= max(?2, l.first)"
                + " WHERE l.id = ?1 ORDER BY r.idx");
    sql.setLong(1, id);
    sql.setLong(2, from);
    var records = new ArrayList<Entry>();
    try (var rows = sql.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
      var bounds =
          bounds(name, id, rows.getString(1), rows.getLong(2), rows.getLong(3), rows.getLong(4));
      long expected = Math.max(from, bounds.first());
      long bytes = 0;
      boolean there = true;
      while (expected < bounds.next()
          && (records.isEmpty() || bytes < maxBytes)
          && records.size() < Store.MAX_READ_COUNT) {
        byte[] body = there && rows.getLong(5) == expected ? rows.getBytes(7) : null;
        if (body == null || rows.getLong(6) != checksums.record(id, expected, body)) {
          throw Failures.damaged(store, "record " + expected + " of log " + name);
        }
        records.add(new Entry(expected, body));
        bytes += body.length;
        expected++;
        there = rows.next();
      }
    }
    return Optional.of(records);
  }

  List<Map.Entry<byte[], byte[]>> map(String name, Range range, int maxBytes) throws SQLException {
    var inMemory = memory.with(all -> all.hasMap(name) ? all.readMap(name, range, maxBytes) : null);
    if (inMemory != null) {
      return inMemory;
    }
    var id = names.map(name);
    long known = id == null ? 0 : id;
    return id == null ? List.of() : read(of -> entries(name, known, range, maxBytes, of));
  }

  private List<Map.Entry<byte[], byte[]>> entries(
      String name, long map, Range range, int maxBytes, Tables of) throws SQLException {
    boolean open = range.to().length == 0;
    var sql =
        of.of(
            "SELECT key, crc, value FROM entries WHERE map = ? AND key >= ?"
                + (open ? "" : " AND key < ?")
                + " ORDER BY key"
                + (range.reverse() ? " DESC" : ""));
    sql.setLong(1, map);
    sql.setBytes(2, range.from());
    if (!open) {
      sql.setBytes(3, range.to());
    }
    var entries = new ArrayList<Map.Entry<byte[], byte[]>>();
    long bytes = 0;
    try (var rows = sql.executeQuery()) {
      while ((entries.isEmpty() || bytes < maxBytes)
          && entries.size() < Store.MAX_READ_COUNT
          && rows.next()) {
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

  @Override
  public void close() throws SQLException {
    var open = tables;
    tables = null;
    if (open != null) {
      open.close();
    }
  }
}
