package io.sennit.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;

/** Opens SQLite the ways a store needs it. */
final class Connections {
  /** The tables' layout; another number is another program's or a later version's file. */
  static final int LAYOUT = 1;

  private static final int APPLICATION = 0x53656e53; // "SenS", so that `file` can name it

  private Connections() {}

  /** Every commit is forced to the disk. */
  static Connection forced(Path file) throws SQLException {
    return file(file, "FULL");
  }

  /** A commit is in the system's hands; what is there stays whole after a power cut. */
  static Connection handedOver(Path file) throws SQLException {
    return file(file, "NORMAL");
  }

  /** Only for reading what was committed; the file must be there. */
  static Connection reading(Path file) throws SQLException {
    var connection = file(file, "NORMAL");
    try {
      run(connection, "PRAGMA query_only=ON");
      return connection;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  private static Connection file(Path file, String synchronous) throws SQLException {
    var connection = open("jdbc:sqlite:" + file);
    try {
      run(connection, "PRAGMA cell_size_check=ON");
      run(connection, "PRAGMA journal_mode=WAL");
      run(connection, "PRAGMA synchronous=" + synchronous);
      run(connection, "PRAGMA fullfsync=ON"); // macOS: a plain fsync there stops at the drive
      run(connection, "PRAGMA checkpoint_fullfsync=ON");
      run(connection, "PRAGMA wal_autocheckpoint=2000"); // pages of 4 KiB
      run(connection, "PRAGMA journal_size_limit=" + (64 << 20));
      run(connection, "PRAGMA cache_size=-8192"); // KiB
      run(connection, "PRAGMA busy_timeout=2000"); // ms, for a curious person's sqlite3 shell
      prepare(connection);
      return connection;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  private static Connection open(String url) throws SQLException {
    var connection = new JDBC().connect(url, new Properties());
    if (connection == null) {
      throw new SQLException("no SQLite connection for " + url);
    }
    return connection;
  }

  private static void prepare(Connection connection) throws SQLException {
    int found;
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("PRAGMA user_version")) {
      found = row.getInt(1);
    }
    if (found == LAYOUT) {
      return;
    }
    if (found != 0) {
      throw new SQLException(
          "the file has layout " + found + ", this version of Sennit knows " + LAYOUT);
    }
    run(connection, "BEGIN IMMEDIATE");
    run(
        connection,
        "CREATE TABLE logs(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL,"
            + " first INTEGER NOT NULL, next INTEGER NOT NULL, crc INTEGER NOT NULL)");
    run(
        connection,
        "CREATE TABLE maps(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL,"
            + " crc INTEGER NOT NULL)");
    run(
        connection,
        "CREATE TABLE records(log INTEGER NOT NULL, idx INTEGER NOT NULL, crc INTEGER NOT NULL,"
            + " body BLOB NOT NULL, PRIMARY KEY(log, idx)) WITHOUT ROWID");
    run(
        connection,
        "CREATE TABLE entries(map INTEGER NOT NULL, key BLOB NOT NULL, crc INTEGER NOT NULL,"
            + " value BLOB NOT NULL, PRIMARY KEY(map, key)) WITHOUT ROWID");
    run(connection, "PRAGMA application_id=" + APPLICATION);
    run(connection, "PRAGMA user_version=" + LAYOUT);
    run(connection, "COMMIT");
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
