package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Store.Range;
import io.sennit.core.storage.StoreBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files, below the thread: what is read is what was written, or it is a failure. */
final class DamageTest {
  private static final int RECORDS = 400;

  @TempDir Path folder;
  private Path file = Path.of("set before each test");

  @BeforeEach
  void begin() throws Exception {
    file = folder.resolve("s.db");
    OwnerFiles.file(file);
  }

  /** What a store does with its file, without its threads. */
  private record Opened(DurableHalf durable, Reader reader) implements AutoCloseable {
    static Opened of(Path file) throws SQLException, IOException {
      var durable = DurableHalf.open("s", file);
      return new Opened(
          durable, new Reader("s", file, durable.catalog().published(), new MemoryHalf()));
    }

    void group(StoreBatch batch) throws SQLException {
      durable.apply(batch, true);
      durable.commit();
    }

    @Override
    public void close() throws SQLException {
      try (durable) {
        reader.close();
      }
    }
  }

  private static byte[] text(int i) {
    return ("record " + i + " ").repeat(1 + i % 40).getBytes(UTF_8);
  }

  private static void fill(Opened store, int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      var changes = new StoreBatch();
      changes.append("log", i, text(i)).put("map", text(i), text(i + 1));
      store.group(changes);
    }
  }

  private static List<String> everything(Opened store) throws SQLException {
    var all = new ArrayList<String>();
    all.add(store.reader().bounds("log").toString());
    for (var entry : store.reader().log("log", 0, Integer.MAX_VALUE)) {
      all.add(entry.index() + new String(entry.record(), UTF_8));
    }
    for (var entry : store.reader().map("map", Range.all(), Integer.MAX_VALUE)) {
      all.add(new String(entry.getKey(), UTF_8) + new String(entry.getValue(), UTF_8));
    }
    return all;
  }

  /** A damaged row is the row's trouble: what else is read needs no other connection. */
  @Test
  void aDamagedRowCostsNoConnection() throws Exception {
    try (var store = Opened.of(file)) {
      fill(store, 20);
      try (var other = DriverManager.getConnection("jdbc:sqlite:" + file);
          var sql = other.createStatement()) {
        assertThat(sql.executeUpdate("UPDATE records SET crc = crc + 1 WHERE idx = 7")).isOne();
      }
      for (int i = 0; i < 20; i++) {
        int index = i;
        if (i == 7) {
          assertThatThrownBy(() -> store.reader().log("log", index, 1))
              .isInstanceOf(StorageException.class)
              .hasMessageContaining("record 7 of log log");
        } else {
          assertThat(store.reader().log("log", index, 1)).hasSize(1);
        }
      }
      assertThat(store.reader().connections()).isOne();
    }
  }

  @Test
  void aFlippedByteIsFoundOrHarmless() throws Exception {
    List<String> written;
    try (var store = Opened.of(file)) {
      fill(store, RECORDS);
      written = everything(store);
    }
    var bytes = Files.readAllBytes(file);
    var random = new Random(42);
    int found = 0;
    int rounds = 250;
    for (int round = 0; round < rounds; round++) {
      var copy = folder.resolve("copy.db");
      var damaged = bytes.clone();
      int at = random.nextInt(bytes.length);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(copy, damaged);
      try (var store = Opened.of(copy)) {
        assertThat(everything(store)).as("byte %d flipped, nothing said", at).isEqualTo(written);
      } catch (StorageException | SQLException e) {
        found++;
      }
      for (var rest : List.of("copy.db-wal", "copy.db-shm")) {
        Files.deleteIfExists(folder.resolve(rest));
      }
    }
    assertThat(found).as("damage found in %d rounds", rounds).isGreaterThan(rounds / 2);
  }

  @Test
  void aDamagedRecordIsNamed() throws Exception {
    var wanted = "this is in the log only".getBytes(UTF_8);
    try (var store = Opened.of(file)) {
      fill(store, 37);
      var changes = new StoreBatch();
      changes.append("log", 37, wanted).append("log", 38, text(38));
      store.group(changes);
    }
    var bytes = Files.readAllBytes(file);
    bytes[indexOf(bytes, wanted) + 3] ^= 1;
    Files.write(file, bytes);
    try (var store = Opened.of(file)) {
      assertThatThrownBy(() -> store.reader().log("log", 0, Integer.MAX_VALUE))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("record 37 of log log is damaged");
      assertThat(store.reader().log("log", 38, 1)).hasSize(1); // the rest can still be read
    }
  }

  private static int indexOf(byte[] in, byte[] what) {
    outer:
    for (int i = 0; i <= in.length - what.length; i++) {
      for (int j = 0; j < what.length; j++) {
        if (in[i + j] != what[j]) {
          continue outer;
        }
      }
      return i;
    }
    throw new AssertionError("not in the file");
  }

  @Test
  void aTornTailIsCutAtACommit() throws Exception {
    var wal = folder.resolve("s.db-wal");
    var random = new Random(7);
    try (var store = Opened.of(file)) {
      fill(store, 100); // few enough that the tail is not yet moved into the file
      long size = Files.size(wal);
      long least = 100;
      for (int round = 0; round < 12; round++) {
        var copy = folder.resolve("torn" + round + ".db");
        var copyWal = folder.resolve("torn" + round + ".db-wal");
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(wal, copyWal, StandardCopyOption.REPLACE_EXISTING);
        try (var channel = FileChannel.open(copyWal, StandardOpenOption.WRITE)) {
          long at = size - random.nextLong(Math.min(size, 60_000));
          channel.truncate(at);
          channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), at); // and some rubbish after it
        }
        try (var torn = Opened.of(copy)) {
          long next = torn.reader().bounds("log").next();
          least = Math.min(least, next);
          assertThat(torn.reader().log("log", 0, Integer.MAX_VALUE)).hasSize((int) next);
          assertThat(torn.reader().map("map", Range.all(), Integer.MAX_VALUE)).hasSize((int) next);
          var changes = new StoreBatch();
          changes.append("log", next, text(0));
          torn.group(changes); // it goes on from there
        }
      }
      assertThat(least).as("some tail was cut").isLessThan(100);
    }
  }

  @Test
  void filesAreTheOwnersOnly() throws Exception {
    try (var store = Opened.of(file)) {
      fill(store, 10);
      for (var suffix : List.of("", "-wal", "-shm")) {
        var permissions = Files.getPosixFilePermissions(folder.resolve("s.db" + suffix));
        assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void aFullDiskSaysSo() throws Exception {
    var tables = new Tables(Connections.forced(file));
    try (tables) {
      tables.of("PRAGMA max_page_count=40").executeQuery().close();
      tables.begin();
      assertThatThrownBy(() -> tables.append(1, 0, 0, new byte[1 << 20]))
          .isInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(Failures.advice(e)).contains("disk is full"));
    }
  }
}
