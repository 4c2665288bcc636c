package io.sennit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What each connection was told, read back: no kill of a process shows whether commits are forced
 * to the disk. (foundation T9)
 */
final class ConnectionsTest {
  @TempDir Path folder;
  private Path file = Path.of("set before each test");

  @BeforeEach
  void begin() throws Exception {
    file = folder.resolve("s.db");
    OwnerFiles.file(file);
  }

  private static String pragma(Connection connection, String name) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("PRAGMA " + name)) {
      return row.getString(1);
    }
  }

  @Test
  void aForcedConnectionSyncsEachCommit() throws Exception {
    try (var connection = Connections.forced(file)) {
      assertThat(pragma(connection, "synchronous")).as("FULL").isEqualTo("2");
      assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(connection, "fullfsync")).isEqualTo("1");
      assertThat(pragma(connection, "checkpoint_fullfsync")).isEqualTo("1");
    }
  }

  @Test
  void aHandedOverConnectionStaysWholeAfterAPowerCut() throws Exception {
    try (var connection = Connections.handedOver(file)) {
      assertThat(pragma(connection, "synchronous")).as("NORMAL").isEqualTo("1");
      assertThat(pragma(connection, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(connection, "checkpoint_fullfsync")).isEqualTo("1");
    }
  }

  @Test
  void aReadingConnectionCannotWrite() throws Exception {
    try (var connection = Connections.reading(file)) {
      assertThat(pragma(connection, "query_only")).isEqualTo("1");
      assertThatThrownBy(() -> Connections.run(connection, "DELETE FROM records"))
          .isInstanceOf(SQLException.class);
    }
  }
}
