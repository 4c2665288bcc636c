package io.sennit.store;

import io.sennit.core.spi.Store.Range;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection, its statements prepared once, and the rows they touch. Knows nothing of rules.
 * Only one of the store's threads uses it.
 */
final class Tables implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();
  private boolean changed;

  Tables(Connection connection) {
    this.connection = connection;
  }

  void begin() throws SQLException {
    of("BEGIN IMMEDIATE").executeUpdate();
    changed = false;
  }

  /** Whether this transaction changed anything: else its commit forces nothing to the disk. */
  boolean changed() {
    return changed;
  }

  private void update(PreparedStatement sql) throws SQLException {
    changed |= sql.executeUpdate() > 0;
  }

  void commit() throws SQLException {
    of("COMMIT").executeUpdate();
  }

  void rollback() throws SQLException {
    of("ROLLBACK").executeUpdate();
  }

  void writeLog(String name, LogRow log, long crc) throws SQLException {
    var sql = of("INSERT OR REPLACE INTO logs(id, name, first, next, crc) VALUES(?, ?, ?, ?, ?)");
    sql.setLong(1, log.id());
    sql.setString(2, name);
    sql.setLong(3, log.bounds().first());
    sql.setLong(4, log.bounds().next());
    sql.setLong(5, crc);
    update(sql);
  }

  void writeMap(String name, long id, long crc) throws SQLException {
    var sql = of("INSERT INTO maps(id, name, crc) VALUES(?, ?, ?)");
    sql.setLong(1, id);
    sql.setString(2, name);
    sql.setLong(3, crc);
    update(sql);
  }

  void append(long log, long index, long crc, byte[] body) throws SQLException {
    var sql = of("INSERT INTO records(log, idx, crc, body) VALUES(?, ?, ?, ?)");
    sql.setLong(1, log);
    sql.setLong(2, index);
    sql.setLong(3, crc);
    sql.setBytes(4, body);
    update(sql);
  }

  void cut(long log, long below) throws SQLException {
    delete("DELETE FROM records WHERE log = ? AND idx < ?", log, below);
  }

  void truncate(long log, long from) throws SQLException {
    delete("DELETE FROM records WHERE log = ? AND idx >= ?", log, from);
  }

  void dropLog(long log) throws SQLException {
    delete("DELETE FROM records WHERE log = ?", log);
    delete("DELETE FROM logs WHERE id = ?", log);
  }

  void dropMap(long map) throws SQLException {
    delete("DELETE FROM entries WHERE map = ?", map);
    delete("DELETE FROM maps WHERE id = ?", map);
  }

  private void delete(String text, long... parameters) throws SQLException {
    var sql = of(text);
    for (int i = 0; i < parameters.length; i++) {
      sql.setLong(i + 1, parameters[i]);
    }
    update(sql);
  }

  void put(long map, byte[] key, long crc, byte[] value) throws SQLException {
    var sql = of("INSERT OR REPLACE INTO entries(map, key, crc, value) VALUES(?, ?, ?, ?)");
    sql.setLong(1, map);
    sql.setBytes(2, key);
    sql.setLong(3, crc);
    sql.setBytes(4, value);
    update(sql);
  }

  void remove(long map, byte[] key) throws SQLException {
    var sql = of("DELETE FROM entries WHERE map = ? AND key = ?");
    sql.setLong(1, map);
    sql.setBytes(2, key);
    update(sql);
  }

  void removeRange(long map, Range range) throws SQLException {
    boolean open = range.to().length == 0;
    var sql = of("DELETE FROM entries WHERE map = ? AND key >= ?" + (open ? "" : " AND key < ?"));
    sql.setLong(1, map);
    sql.setBytes(2, range.from());
    if (!open) {
      sql.setBytes(3, range.to());
    }
    update(sql);
  }

  /** Prepared at its first use and kept. */
  PreparedStatement of(String sql) throws SQLException {
    var known = prepared.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      prepared.put(sql, known);
    }
    return known;
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // closes its statements too
  }
}
