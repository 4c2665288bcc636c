package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.storage.StoreBatch;
import io.sennit.core.storage.StoreState;
import io.sennit.sim.junit.SeededTest;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.junit.jupiter.api.Test;

/** What a store keeps when its process or its power goes, and that a full disk fails it. */
final class DiskTest {
  private static final Map<Store, Loop> LOOPS = new WeakHashMap<>();

  private static Store open(Simulation simulation, Fabric fabric) {
    var opened = new ArrayList<Store>();
    var loop = fabric.loop();
    fabric.store(
        loop,
        "s",
        Done.of(
            opened::add,
            why -> {
              throw why;
            }));
    assertThat(simulation.runUntil(() -> !opened.isEmpty(), Duration.ofSeconds(5))).isTrue();
    LOOPS.put(opened.getFirst(), loop);
    return opened.getFirst();
  }

  /** Commits so many records, counts the acknowledged ones, and goes on for a while. */
  private static List<Long> commit(
      Simulation simulation, Store store, Durability level, int count, Duration time) {
    var acknowledged = new ArrayList<Long>();
    onLoop(
        simulation,
        store,
        () -> {
          for (long i = 0; i < count; i++) {
            long index = i;
            var batch = store.batch().append("log", i, new byte[10]).put("map", key(i), key(i));
            store.commit(batch, level, Done.of(_ -> acknowledged.add(index), _ -> {}));
          }
        });
    simulation.run(time);
    return acknowledged;
  }

  private static byte[] key(long n) {
    return new byte[] {(byte) (n >> 8), (byte) n};
  }

  private static void onLoop(Simulation simulation, Store store, Runnable what) {
    java.util.Objects.requireNonNull(LOOPS.get(store)).execute(what);
    simulation.run(Duration.ofNanos(20_000));
  }

  private static long next(Simulation simulation, Store store) {
    var seen = new ArrayList<Long>();
    onLoop(
        simulation,
        store,
        () -> {
          store.bounds("log", Done.of(b -> seen.add(b.next()), _ -> seen.add(-1L)));
          // all or nothing: the map has as many keys as the log has records
          store.readMap(
              "map", new byte[0], 1 << 20, Done.of(m -> seen.add((long) m.size()), _ -> {}));
        });
    assertThat(simulation.runUntil(() -> seen.size() == 2, Duration.ofSeconds(5))).isTrue();
    assertThat(seen.get(0)).isEqualTo(seen.get(1));
    return seen.getFirst();
  }

  @SeededTest(fixed = 60, fresh = 10)
  void nothingAcknowledgedIsLost(long seed) {
    for (var level : new Durability[] {Durability.FSYNC, Durability.OS}) {
      for (boolean power : new boolean[] {false, true}) {
        try (var simulation = Simulation.of(seed)) {
          var store = open(simulation, simulation.node("a"));
          var time = Duration.ofNanos(100_000 + 40_000 * (seed % 100));
          var acknowledged = commit(simulation, store, level, 400, time);
          if (power) {
            simulation.faults().powerCut("a");
          } else {
            simulation.faults().kill("a");
          }
          int known = acknowledged.size();
          store = open(simulation, simulation.faults().restart("a"));
          long there = next(simulation, store);
          assertThat(there).isBetween(0L, 400L);
          assertThat(acknowledged).hasSize(known);
          if (level == Durability.FSYNC || !power) {
            assertThat(there).isGreaterThanOrEqualTo(known);
          }
        }
      }
    }
  }

  @Test
  void whatWasNotSyncedMayBeLost() {
    var all = new Injected();
    int lost = 0;
    for (long seed = 1; seed <= 30; seed++) {
      try (var simulation = Simulation.of(seed)) {
        var store = open(simulation, simulation.node("a"));
        int known = commit(simulation, store, Durability.OS, 100, Duration.ofMillis(500)).size();
        assertThat(known).isEqualTo(100);
        simulation.faults().powerCut("a");
        store = open(simulation, simulation.faults().restart("a"));
        lost += next(simulation, store) < known ? 1 : 0;
        all.plus(simulation.injected());
      }
    }
    assertThat(lost).isGreaterThan(20);
    all.require(Injected.Kind.LOST_SYNC, Injected.Kind.TORN_TAIL, Injected.Kind.POWER_CUT);
  }

  @Test
  void aFullDiskFailsTheStoreUntilItIsOpenedAgain() {
    try (var simulation = Simulation.of(5)) {
      var store = open(simulation, simulation.node("a"));
      var failures = new ArrayList<Throwable>();
      var full = simulation.faults().fillDisk("a");
      assertThat(commit(simulation, store, Durability.FSYNC, 3, Duration.ofSeconds(1))).isEmpty();
      full.heal();
      var first = store;
      var told = new ArrayList<Throwable>();
      onLoop(simulation, first, () -> first.view("v").onFailure(told::add));
      simulation.run(Duration.ofMillis(1));
      assertThat(told).as("what has failed already is told, too").hasSize(1);
      onLoop(
          simulation,
          first,
          () ->
              first.commit(
                  first.batch().append("log", 0, new byte[1]),
                  Durability.FSYNC,
                  Done.of(_ -> failures.add(new AssertionError("it worked")), failures::add)));
      simulation.run(Duration.ofSeconds(1));
      assertThat(failures).hasSize(1).first().isInstanceOf(StorageException.class);
      onLoop(simulation, first, first::close);
      store = open(simulation, simulation.node("a"));
      assertThat(commit(simulation, store, Durability.FSYNC, 3, Duration.ofSeconds(1))).hasSize(3);
    }
  }

  @Test
  void aFailureIsToldOnceToWhoeverListens() {
    try (var simulation = Simulation.of(6)) {
      var store = open(simulation, simulation.node("a"));
      var told = new ArrayList<String>();
      onLoop(
          simulation,
          store,
          () -> {
            store.onFailure(_ -> told.add("store"));
            store.view("v").onFailure(_ -> told.add("v"));
          });
      simulation.faults().fillDisk("a");
      commit(simulation, store, Durability.OS, 3, Duration.ofSeconds(1));
      commit(simulation, store, Durability.OS, 3, Duration.ofSeconds(1));
      assertThat(told).containsExactlyInAnyOrder("store", "v");
    }
  }

  /** What the real store forces to the disk a second later stayed unforced for ever. */
  @SeededTest(fixed = 20, fresh = 5)
  void whatIsOlderThanASecondSurvivesAPowerCut(long seed) {
    try (var simulation = Simulation.of(seed)) {
      var store = open(simulation, simulation.node("a"));
      assertThat(commit(simulation, store, Durability.OS, 100, Duration.ofMillis(1_200)))
          .hasSize(100);
      simulation.faults().powerCut("a");
      store = open(simulation, simulation.faults().restart("a"));
      assertThat(next(simulation, store)).isEqualTo(100);
      assertThat(simulation.injected().count(Injected.Kind.LOST_SYNC)).isZero();
    }
  }

  /** A torn commit was a count only: no byte of it ever reached the disk. (foundation T2) */
  @Test
  void aJournalIsCutAtTheFirstFrameThatIsNotWhole() {
    var all = new ByteArrayOutputStream();
    var ends = new ArrayList<Integer>();
    for (int i = 0; i < 4; i++) {
      var batch = new StoreBatch();
      batch
          .append("log", i, key(i))
          .cut("log", 1)
          .truncate("log", 9)
          .put("map", key(i), key(i))
          .remove("map", key(9))
          .removeRange("map", Store.Range.between(key(7), key(8)))
          .dropLog("x")
          .dropMap("y");
      all.writeBytes(Journal.frame(batch));
      ends.add(all.size());
    }
    var bytes = all.toByteArray();
    for (int cut = 0; cut <= bytes.length; cut++) {
      for (byte rubbish : new byte[] {0, 1, -1}) {
        int length = cut;
        var left = Arrays.copyOf(bytes, cut + 9);
        Arrays.fill(left, cut, left.length, rubbish);
        int whole = (int) ends.stream().filter(end -> end <= length).count();
        var found = Journal.read(left);
        assertThat(found.batches()).as("cut at %d", cut).hasSize(whole);
        assertThat(found.length()).isEqualTo(whole == 0 ? 0 : ends.get(whole - 1));
      }
    }
    var states = new StoreState();
    Journal.read(bytes).batches().forEach(states::apply);
    assertThat(states.bounds("log")).isEqualTo(new Store.Bounds(1, 4));
    assertThat(states.readMap("map", Store.Range.all(), 1_000)).hasSize(4);
  }

  @Test
  void aPowerCutTearsCommits() {
    var all = new Injected();
    for (long seed = 1; seed <= 40; seed++) {
      try (var simulation = Simulation.of(seed)) {
        var store = open(simulation, simulation.node("a"));
        commit(simulation, store, Durability.OS, 20, Duration.ofMillis(500));
        simulation.faults().powerCut("a");
        next(simulation, open(simulation, simulation.faults().restart("a")));
        all.plus(simulation.injected());
      }
    }
    assertThat(all.count(Injected.Kind.TORN_TAIL)).as("torn inside a commit").isGreaterThan(30);
  }
}
