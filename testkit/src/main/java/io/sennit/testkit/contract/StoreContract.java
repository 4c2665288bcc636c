package io.sennit.testkit.contract;

import static io.sennit.core.spi.Store.Durability.FSYNC;
import static io.sennit.core.spi.Store.Durability.MEMORY;
import static io.sennit.core.spi.Store.Durability.OS;
import static io.sennit.testkit.contract.StoreUser.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link Store} keeps of what it was given: batches whole or not at all, logs, maps,
 * their kinds, and openings. {@link StoreFlowContract} and {@link StoreEditsContract} go on.
 */
public abstract class StoreContract extends StoreTests {
  /** For subclasses. */
  protected StoreContract() {}

  @ParameterizedTest
  @EnumSource(Durability.class)
  void readsBackLogsAndMaps(Durability level) {
    var store = open();
    store.commit(
        level,
        b ->
            b.append("log", 0, bytes("a"))
                .append("log", 1, bytes("b"))
                .append("other", 7, bytes("z"))
                .put("map", bytes("k"), bytes("v"))
                .put("map", bytes("j"), bytes("u")));
    assertThat(store.log("log")).containsExactly("0=a", "1=b");
    assertThat(store.log("other")).containsExactly("7=z");
    assertThat(store.map("map")).containsExactly("j=u", "k=v");
    store.commit(level, b -> b.put("map", bytes("k"), bytes("w")).remove("map", bytes("j")));
    assertThat(store.map("map")).containsExactly("k=w");
    store.close();
  }

  @Test
  void whatWasNeverWrittenIsEmpty() {
    var store = open();
    assertThat(store.log("none")).isEmpty();
    assertThat(store.map("none")).isEmpty();
    assertThat(store.bounds("none")).isEqualTo(new Bounds(0, 0));
    store.commit(FSYNC, b -> {});
    store.commit(FSYNC, b -> b.remove("none", bytes("k")).cut("none", 10));
    assertThat(store.bounds("none")).isEqualTo(new Bounds(0, 0));
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void aBatchThatBreaksTheIndexFailsAloneAndWhole(Durability level) {
    var store = open();
    store.commit(level, b -> b.append("log", 5, bytes("a")).put("map", bytes("k"), bytes("v")));
    for (long wrong : new long[] {0, 5, 7}) {
      var answer =
          store.tried(
              level,
              b ->
                  b.put("map", bytes("k"), bytes("never"))
                      .append("fresh", 0, bytes("never"))
                      .append("log", wrong, bytes("never"))
                      .remove("map", bytes("k")));
      assertThat(answer.failure()).isInstanceOf(StorageException.class).hasMessageContaining("log");
    }
    assertThat(store.map("map")).containsExactly("k=v");
    assertThat(store.log("log")).containsExactly("5=a");
    assertThat(store.bounds("fresh")).isEqualTo(new Bounds(0, 0));
    store.commit(level, b -> b.append("log", 6, bytes("b")));
    assertThat(store.log("log")).containsExactly("5=a", "6=b");
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void cutForgetsTheBeginning(Durability level) {
    var store = open();
    for (int i = 0; i < 6; i++) {
      int at = i;
      store.commit(level, b -> b.append("log", at, bytes("r" + at)));
    }
    store.commit(level, b -> b.cut("log", 4));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(4, 6));
    assertThat(store.log("log")).containsExactly("4=r4", "5=r5");
    store.commit(level, b -> b.cut("log", 2));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(4, 6));
    store.commit(level, b -> b.cut("log", 100));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(6, 6));
    assertThat(store.log("log")).isEmpty();
    store.commit(level, b -> b.append("log", 6, bytes("on")));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(6, 7));
    store.commit(level, b -> b.cut("log", 7).append("log", 50, bytes("jump")));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(50, 51));
    assertThat(store.log("log")).containsExactly("50=jump");
    store.close();
  }

  @Test
  void reopeningKeepsWhatIsDurableAndForgetsTheRest() {
    var store = open();
    store.commit(FSYNC, b -> b.append("f", 2, bytes("a")).put("fm", bytes("k"), bytes("1")));
    store.commit(OS, b -> b.append("o", 0, bytes("b")).put("om", bytes("k"), bytes("2")));
    store.commit(MEMORY, b -> b.append("m", 0, bytes("c")).put("mm", bytes("k"), bytes("3")));
    store.commit(OS, b -> b.append("f", 3, bytes("d")).append("e", 8, bytes("x")).cut("e", 9));
    store = store.reopen("s");
    assertThat(store.log("f")).containsExactly("2=a", "3=d");
    assertThat(store.map("fm")).containsExactly("k=1");
    assertThat(store.log("o")).containsExactly("0=b");
    assertThat(store.map("om")).containsExactly("k=2");
    assertThat(store.bounds("e")).isEqualTo(new Bounds(9, 9));
    assertThat(store.log("m")).isEmpty();
    assertThat(store.bounds("m")).isEqualTo(new Bounds(0, 0));
    assertThat(store.map("mm")).isEmpty();
    store.close();
  }

  @Test
  void aStoreIsOpenOnceAtATime() {
    var store = open();
    var second = StoreUser.opening(world(), fabric(), fabric().loop(), "s");
    assertThat(second.failure()).isInstanceOf(StorageException.class).hasMessageContaining("s");
    StoreUser.open(world(), fabric(), "t").close(); // another name is another store
    store.commit(FSYNC, b -> b.append("log", 0, bytes("a")));
    store.close();
    open().close();
  }

  @Test
  void aLogOrMapIsEitherDurableOrInMemory() {
    var store = open();
    store.commit(FSYNC, b -> b.append("d", 0, bytes("a")).put("dm", bytes("k"), bytes("v")));
    store.commit(MEMORY, b -> b.append("m", 0, bytes("b")).put("mm", bytes("k"), bytes("v")));
    assertThat(store.tried(MEMORY, b -> b.append("d", 1, bytes("x"))).failure())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("d");
    assertThat(store.tried(OS, b -> b.append("m", 1, bytes("x"))).failure())
        .isInstanceOf(StorageException.class);
    assertThat(store.tried(MEMORY, b -> b.put("dm", bytes("k"), bytes("x"))).failure())
        .isInstanceOf(StorageException.class);
    assertThat(store.tried(OS, b -> b.put("mm", bytes("k"), bytes("x"))).failure())
        .isInstanceOf(StorageException.class);
    assertThat(store.log("d")).containsExactly("0=a");
    assertThat(store.log("m")).containsExactly("0=b");
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void emptyAndLargeRecordsKeysAndValues(Durability level) {
    var large = new byte[8 << 20];
    new Random(7).nextBytes(large);
    var store = open();
    store.commit(
        level,
        b ->
            b.append("log", 0, new byte[0])
                .append("log", 1, large)
                .append("log", 2, new byte[0])
                .put("map", new byte[0], new byte[0])
                .put("map", bytes("big"), large));
    var records = store.reading("log", 0, Integer.MAX_VALUE).value();
    assertThat(records).hasSize(3);
    assertThat(records.get(0).record()).isEmpty();
    assertThat(records.get(1).record()).isEqualTo(large);
    assertThat(records.get(2).record()).isEmpty();
    var entries = store.entries("map", new byte[0], Integer.MAX_VALUE);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).getKey()).isEmpty();
    assertThat(entries.get(0).getValue()).isEmpty();
    assertThat(entries.get(1).getValue()).isEqualTo(large);
    store.commit(level, b -> b.remove("map", new byte[0]));
    assertThat(store.entries("map", new byte[0], 1)).hasSize(1);
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void keysAreInUnsignedOrder(Durability level) {
    var store = open();
    byte[][] keys = {{(byte) 0x80}, {0x7f}, {(byte) 0xff, 0}, {0}, {}, {(byte) 0xff}, {0, 0}};
    store.commit(
        level,
        b -> {
          for (var key : keys) {
            b.put("map", key, bytes("v"));
          }
        });
    assertThat(store.hexKeys("map", new byte[0]))
        .containsExactly("", "00", "0000", "7f", "80", "ff", "ff00");
    assertThat(store.hexKeys("map", new byte[] {(byte) 0x80})).containsExactly("80", "ff", "ff00");
    store.close();
  }
}
