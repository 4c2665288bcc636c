package io.sennit.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * One connection, its statements prepared once, and the rows they touch. Knows nothing of rules.
 * Only the store's thread uses it.
 */
final class Tables implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Tables(Connection connection) {
    this.connection = connection;
  }

  void begin() throws SQLException {
    of("BEGIN IMMEDIATE").executeUpdate();
  }

  void commit() throws SQLException {
    of("COMMIT").executeUpdate();
  }

  void rollback() throws SQLException {
    of("ROLLBACK").executeUpdate();
  }

  void writeLog(String name, LogState log, long crc) throws SQLException {
    var sql = of("INSERT OR REPLACE INTO logs(id, name, first, next, crc) VALUES(?, ?, ?, ?, ?)");
    sql.setLong(1, log.id());
    sql.setString(2, name);
    sql.setLong(3, log.first());
    sql.setLong(4, log.next());
    sql.setLong(5, crc);
    sql.executeUpdate();
  }

  void writeMap(String name, long id, long crc) throws SQLException {
    var sql = of("INSERT INTO maps(id, name, crc) VALUES(?, ?, ?)");
    sql.setLong(1, id);
    sql.setString(2, name);
    sql.setLong(3, crc);
    sql.executeUpdate();
  }

  void append(long log, long index, long crc, byte[] body) throws SQLException {
    var sql = of("INSERT INTO records(log, idx, crc, body) VALUES(?, ?, ?, ?)");
    sql.setLong(1, log);
    sql.setLong(2, index);
    sql.setLong(3, crc);
    sql.setBytes(4, body);
    sql.executeUpdate();
  }

  void cut(long log, long below) throws SQLException {
    var sql = of("DELETE FROM records WHERE log = ? AND idx < ?");
    sql.setLong(1, log);
    sql.setLong(2, below);
    sql.executeUpdate();
  }

  void put(long map, byte[] key, long crc, byte[] value) throws SQLException {
    var sql = of("INSERT OR REPLACE INTO entries(map, key, crc, value) VALUES(?, ?, ?, ?)");
    sql.setLong(1, map);
    sql.setBytes(2, key);
    sql.setLong(3, crc);
    sql.setBytes(4, value);
    sql.executeUpdate();
  }

  void remove(long map, byte[] key) throws SQLException {
    var sql = of("DELETE FROM entries WHERE map = ? AND key = ?");
    sql.setLong(1, map);
    sql.setBytes(2, key);
    sql.executeUpdate();
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
