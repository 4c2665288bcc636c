package io.sennit.sim;

import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A machine's disk: what is synced, and what is written and would be lost without power. */
final class Disk {
  private static final long CLOSING_NANOS = 1_000_000;

  /** One store's part of the disk. */
  static final class Volume {
    final StoreState synced = new StoreState();
    final List<SimBatch> unsynced = new ArrayList<>();
    @Nullable SimStore open;

    void sync() {
      unsynced.forEach(synced::apply);
      unsynced.clear();
    }

    StoreState written() {
      var state = synced.copy();
      unsynced.forEach(state::apply);
      return state;
    }
  }

  private final Machine machine;
  private final SplittableRandom random;
  private final TreeMap<String, Volume> volumes = new TreeMap<>();
  private int full;

  Disk(Machine machine) {
    this.machine = machine;
    this.random = machine.simulation.randomness("disk " + machine.name);
  }

  boolean isFull() {
    return full > 0;
  }

  void full(int more) {
    full = Math.max(0, full + more);
  }

  SplittableRandom random() {
    return random;
  }

  void open(Life life, SimLoop owner, String name, Done<Store> done) {
    var volume = volumes.computeIfAbsent(name, _ -> new Volume());
    machine.simulation.after(
        Event.of(life, () -> opened(life, owner, name, volume, done)),
        random.nextLong(50_000, 2_000_000));
  }

  private void opened(Life life, SimLoop owner, String name, Volume volume, Done<Store> done) {
    var other = volume.open;
    if (other != null && other.isClosing()) {
      machine.simulation.after(
          Event.of(life, () -> opened(life, owner, name, volume, done)), CLOSING_NANOS);
      return;
    }
    if (other != null || life.isClosed()) {
      String why = other != null ? " is open already" : ": the fabric is closed";
      owner.input(
          () -> done.failed(new StorageException("store " + name + why, ErrorContext.NONE)));
      return;
    }
    var store = new SimStore(life, owner, this, volume, name);
    volume.open = store;
    life.stores().add(store);
    owner.input(() -> done.ok(store));
  }

  /** The process is gone: what the system was given is there still. */
  void processDied() {
    for (var volume : volumes.values()) {
      volume.open = null;
    }
  }

  /** The power is gone: of what was not synced, a beginning is there. */
  void powerCut() {
    processDied();
    for (var volume : volumes.values()) {
      int written = volume.unsynced.size();
      int kept = written == 0 ? 0 : random.nextInt(written + 1);
      for (int i = kept; i < written; i++) {
        machine.simulation.inject(Injected.Kind.LOST_SYNC);
      }
      if (kept < written && random.nextBoolean()) {
        // A part of the next one had reached the disk; opening finds and cuts it.
        machine.simulation.inject(Injected.Kind.TORN_TAIL);
      }
      volume.unsynced.subList(kept, written).clear();
      volume.sync();
    }
  }
}
