package io.sennit.testkit.contract;

import static io.sennit.core.spi.Store.Durability.FSYNC;
import static io.sennit.core.spi.Store.Durability.MEMORY;
import static io.sennit.testkit.contract.StoreUser.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Store.Bounds;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.spi.Store.Range;
import io.sennit.testkit.contract.StoreUser.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a {@link io.sennit.core.spi.Store} forgets, lists, reads by range, and keeps apart. */
public abstract class StoreEditsContract extends StoreTests {
  /** For subclasses. */
  protected StoreEditsContract() {}

  private static void fill(StoreUser store, Durability level, int count) {
    store.commit(
        level,
        b -> {
          for (int i = 0; i < count; i++) {
            b.append("log", i, bytes("r" + i));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void truncateForgetsTheEnd(Durability level) {
    var store = open();
    store.commit(level, b -> b.truncate("none", 3));
    assertThat(store.bounds("none")).isEqualTo(Bounds.NONE);
    fill(store, level, 6);
    store.commit(level, b -> b.truncate("log", 6).truncate("log", 100));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(0, 6));
    store.commit(level, b -> b.truncate("log", 4));
    assertThat(store.bounds("log")).isEqualTo(new Bounds(0, 4));
    store.commit(level, b -> b.append("log", 4, bytes("new")));
    assertThat(store.log("log", 3, 100)).containsExactly("3=r3", "4=new");
    store.commit(level, b -> b.truncate("log", 2).append("log", 2, bytes("newer")));
    assertThat(store.log("log")).containsExactly("0=r0", "1=r1", "2=newer");
    store.commit(level, b -> b.cut("log", 2).truncate("log", 1));
    assertThat(store.bounds("log")).as("never below its first").isEqualTo(new Bounds(2, 2));
    assertThat(store.log("log")).isEmpty();
    store.commit(level, b -> b.append("log", 9, bytes("x")));
    assertThat(store.log("log")).containsExactly("9=x");
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void aTruncationInABatchThatFailsIsNotDone(Durability level) {
    var store = open();
    fill(store, level, 6);
    var failed =
        store.tried(level, b -> b.truncate("log", 2).append("log", 6, bytes("x")).dropMap("never"));
    assertThat(failed.failure()).isInstanceOf(StorageException.class).hasMessageContaining("6");
    assertThat(store.bounds("log")).isEqualTo(new Bounds(0, 6));
    assertThat(store.log("log")).hasSize(6);
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void whatIsDroppedIsAsIfItHadNeverBeenWritten(Durability level) {
    var store = open();
    store.commit(level, b -> b.dropLog("none").dropMap("none"));
    fill(store, level, 3);
    store.commit(level, b -> b.append("stays", 0, bytes("s")).put("map", bytes("k"), bytes("v")));
    assertThat(store.list().logs()).containsExactly("log", "stays");
    store.commit(level, b -> b.dropLog("log").dropMap("map"));
    assertThat(store.bounds("log")).isEqualTo(Bounds.NONE);
    assertThat(store.log("log")).isEmpty();
    assertThat(store.map("map")).isEmpty();
    assertThat(store.list().logs()).containsExactly("stays");
    assertThat(store.list().maps()).isEmpty();
    store.commit(
        level,
        b ->
            b.append("log", 77, bytes("a"))
                .dropLog("log")
                .append("log", 5, bytes("b"))
                .put("map", bytes("old"), bytes("v"))
                .dropMap("map")
                .put("map", bytes("new"), bytes("v")));
    assertThat(store.log("log")).containsExactly("5=b");
    assertThat(store.map("map")).containsExactly("new=v");
    store.close();
  }

  @Test
  void whatIsDroppedMayComeBackOfTheOtherKind() {
    var store = open();
    store.commit(FSYNC, b -> b.append("log", 0, bytes("d")).put("map", bytes("k"), bytes("d")));
    assertThat(store.tried(MEMORY, b -> b.dropLog("log")).worked()).isFalse();
    assertThat(store.tried(MEMORY, b -> b.dropMap("map")).worked()).isFalse();
    assertThat(store.tried(MEMORY, b -> b.truncate("log", 0)).worked()).isFalse();
    assertThat(store.tried(MEMORY, b -> b.removeRange("map", Range.all())).worked()).isFalse();
    assertThat(store.log("log")).containsExactly("0=d");
    assertThat(store.map("map")).containsExactly("k=d");
    store.commit(FSYNC, b -> b.dropLog("log").dropMap("map"));
    store.commit(MEMORY, b -> b.append("log", 3, bytes("m")).put("map", bytes("k"), bytes("m")));
    assertThat(store.log("log")).containsExactly("3=m");
    assertThat(store.map("map")).containsExactly("k=m");
    var again = store.reopen("s");
    assertThat(again.list().logs()).isEmpty();
    assertThat(again.list().maps()).isEmpty();
    again.close();
  }

  @Test
  void editsAreThereAfterReopening() {
    var store = open();
    fill(store, FSYNC, 6);
    store.commit(
        FSYNC,
        b ->
            b.truncate("log", 4)
                .append("gone", 0, bytes("x"))
                .put("map", bytes("a1"), bytes("v"))
                .put("map", bytes("a2"), bytes("v"))
                .put("map", bytes("b"), bytes("v")));
    store.commit(FSYNC, b -> b.dropLog("gone").removeRange("map", Range.prefix(bytes("a"))));
    store = store.reopen("s");
    assertThat(store.bounds("log")).isEqualTo(new Bounds(0, 4));
    assertThat(store.list().logs()).containsExactly("log");
    assertThat(store.map("map")).containsExactly("b=v");
    store.commit(FSYNC, b -> b.append("gone", 8, bytes("back")).append("log", 4, bytes("on")));
    store = store.reopen("s");
    assertThat(store.log("gone")).containsExactly("8=back");
    store.close();
  }

  @Test
  void emptyLogsAndMapsAreListedUntilTheyAreDropped() {
    var store = open();
    store.commit(FSYNC, b -> b.append("log", 0, bytes("x")).put("map", bytes("k"), bytes("v")));
    store.commit(MEMORY, b -> b.append("ram", 0, bytes("x")).put("ram", bytes("k"), bytes("v")));
    store.commit(FSYNC, b -> b.cut("log", 1).remove("map", bytes("k")));
    assertThat(store.list().logs()).containsExactly("log", "ram");
    assertThat(store.list().maps()).containsExactly("map", "ram");
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void mapsAreReadByRange(Durability level) {
    var store = open();
    store.commit(
        level,
        b -> {
          for (var key : new String[] {"a", "b", "ba", "bb", "c", "d"}) {
            b.put("map", bytes(key), bytes("v"));
          }
        });
    assertThat(store.map("map", Range.between(bytes("b"), bytes("c")), 100))
        .containsExactly("b=v", "ba=v", "bb=v");
    assertThat(store.map("map", Range.between(bytes("b"), bytes("c")).reversed(), 100))
        .containsExactly("bb=v", "ba=v", "b=v");
    assertThat(store.map("map", Range.all().reversed(), 3)).containsExactly("d=v", "c=v");
    assertThat(store.map("map", Range.prefix(bytes("b")), 100)).hasSize(3);
    assertThat(store.map("map", Range.from(bytes("bc")), 100)).containsExactly("c=v", "d=v");
    assertThat(store.map("map", Range.between(bytes("c"), bytes("c")), 100)).isEmpty();
    assertThat(store.map("map", Range.between(bytes("d"), bytes("a")), 100)).isEmpty();
    assertThat(store.map("map", Range.all(), 100)).hasSize(6);
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void keysAreRemovedByRange(Durability level) {
    byte[] end = {(byte) 0xff, (byte) 0xff, 1};
    var store = open();
    store.commit(level, b -> b.removeRange("none", Range.all()));
    assertThat(store.list().maps()).isEmpty();
    store.commit(
        level,
        b -> {
          b.put("map", end, bytes("v"));
          for (var key : new String[] {"a", "b", "ba", "bb", "c", "d"}) {
            b.put("map", bytes(key), bytes("v"));
          }
        });
    store.commit(
        level,
        b ->
            b.removeRange("map", Range.prefix(bytes("b")))
                .put("map", bytes("bx"), bytes("new"))
                .removeRange("map", Range.between(bytes("d"), bytes("a")))
                .removeRange("map", Range.between(bytes("c"), bytes("d")).reversed()));
    assertThat(store.map("map", "", 100)).hasSize(4).startsWith("a=v", "bx=new", "d=v");
    store.commit(level, b -> b.removeRange("map", Range.prefix(new byte[] {(byte) 0xff})));
    assertThat(store.map("map")).containsExactly("a=v", "bx=new", "d=v");
    store.commit(level, b -> b.removeRange("map", Range.all()));
    assertThat(store.map("map")).isEmpty();
    store.close();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void viewsKeepTheirNamesApart(Durability level) {
    var store = open();
    var a = store.view("a");
    var all = new StoreUser[] {store, a, store.view("b"), a.view("b"), a.view("b").view("n")};
    for (int i = 0; i < all.length; i++) {
      for (var name : new String[] {"n", "a/n", "b/n", "a/b/n", "/n", "/a/n", "/"}) {
        var text = bytes(i + name);
        all[i].commit(level, b -> b.append(name, 0, text).put(name, bytes("k"), text));
      }
    }
    for (int i = 0; i < all.length; i++) {
      for (var name : new String[] {"n", "a/n", "b/n", "a/b/n", "/n", "/a/n", "/"}) {
        assertThat(all[i].log(name)).containsExactly("0=" + i + name);
        assertThat(all[i].map(name)).containsExactly("k=" + i + name);
      }
      assertThat(all[i].list().logs())
          .containsExactly("/", "/a/n", "/n", "a/b/n", "a/n", "b/n", "n");
    }
    assertThat(store.view("a").log("n")).as("the same view once more").containsExactly("0=1n");
    a.commit(level, b -> b.dropLog("n"));
    assertThat(all[4].list().logs()).hasSize(7);
    store.close();
  }

  @Test
  void aViewCountsItsOwn() {
    var store = open();
    var a = store.view("a");
    var b = store.view("b");
    var done = new Answer<Void>(store.loop());
    var queued = new java.util.concurrent.CopyOnWriteArrayList<Long>();
    store.onLoop(
        () -> {
          a.raw().commit(a.filled(x -> x.append("log", 0, new byte[1000])), FSYNC, done);
          queued.add(a.raw().queuedBytes());
          queued.add(b.raw().queuedBytes());
        });
    world().await("the commit is answered", done::there);
    assertThat(queued.get(0)).isGreaterThanOrEqualTo(1000);
    assertThat(queued.get(1)).isZero();
    a.log("log");
    assertThat(a.stats().commits()).isEqualTo(1);
    assertThat(a.stats().reads()).isEqualTo(1);
    assertThat(a.stats().queuedBytes()).isZero();
    assertThat(b.stats().commits()).isZero();
    assertThat(b.stats().reads()).isZero();
    assertThat(b.stats().syncs()).as("of the whole file").isEqualTo(a.stats().syncs());
    store.close();
  }

  @Test
  void closingAViewClosesNothingElse() {
    var store = open();
    var a = store.view("a");
    var other = store.view("a");
    a.commit(FSYNC, b -> b.append("log", 0, bytes("x")));
    a.close();
    assertThat(a.tried(FSYNC, b -> b.append("log", 1, bytes("y"))).failure())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("closed");
    assertThat(a.reading("log", 0, 10).failure()).isInstanceOf(StorageException.class);
    other.commit(FSYNC, b -> b.append("log", 1, bytes("z")));
    assertThat(other.log("log")).containsExactly("0=x", "1=z");
    store.close();
    assertThat(other.tried(FSYNC, b -> b.append("log", 2, bytes("y"))).failure())
        .isInstanceOf(StorageException.class);
  }

  @Test
  void badNamesOfViewsAndStrangeBatchesAreRefusedAtOnce() {
    var store = open();
    for (var bad : new String[] {"", " ", "a/b", "x".repeat(101)}) {
      assertThatThrownBy(() -> store.raw().view(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    var wrong =
        store.got(
            () -> {
              try {
                store
                    .raw()
                    .commit(store.raw().view("a").batch(), FSYNC, new Answer<>(store.loop()));
                return "taken";
              } catch (IllegalArgumentException e) {
                return String.valueOf(e.getMessage());
              }
            });
    assertThat(wrong).contains("another store or view");
    store.close();
  }
}
