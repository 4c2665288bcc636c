package io.sennit.sim;

import io.sennit.core.ErrorContext;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import io.sennit.core.storage.StoreState;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A machine's disk: what is synced, and what is written and would be lost without power. */
final class Disk {
  private static final long CLOSING_NANOS = 1_000_000;
  private static final int MOST_RUBBISH = 64;

  /** One store's part of the disk. */
  static final class Volume {
    private final StoreState synced = new StoreState();
    private byte[] tail = {}; // what a power cut left of what was not synced
    final List<byte[]> unsynced = new ArrayList<>(); // frames of the journal
    @Nullable SimStore open;

    void sync() {
      unsynced.forEach(frame -> Journal.read(frame).batches().forEach(synced::apply));
      unsynced.clear();
    }

    StoreState written() {
      var state = synced.copy();
      unsynced.forEach(frame -> Journal.read(frame).batches().forEach(state::apply));
      return state;
    }

    /** Keeps what had reached the disk, to any byte; how many frames are not whole. */
    int loseAfter(int kept, byte[] rubbish) {
      var all = new ByteArrayOutputStream();
      int whole = 0;
      for (var frame : unsynced) {
        all.writeBytes(frame);
        whole += all.size() <= kept ? 1 : 0;
      }
      int lost = unsynced.size() - whole;
      unsynced.clear();
      if (all.size() > 0) {
        var left = new ByteArrayOutputStream();
        left.write(all.toByteArray(), 0, kept);
        left.writeBytes(kept < all.size() ? rubbish : new byte[0]);
        tail = left.toByteArray();
      }
      return lost;
    }

    int unsyncedBytes() {
      int bytes = 0;
      for (var frame : unsynced) {
        bytes += frame.length;
      }
      return bytes;
    }

    /** What opening does after a power cut: takes over the whole frames; whether it cut a tail. */
    boolean recover() {
      var found = Journal.read(tail);
      found.batches().forEach(synced::apply);
      boolean torn = found.length() < tail.length;
      tail = new byte[0];
      return torn;
    }
  }

  private final Machine machine;
  private final SplittableRandom random;
  private final TreeMap<String, Volume> volumes = new TreeMap<>();
  private final DiskWeather weather;

  Disk(Machine machine) {
    this.machine = machine;
    this.random = machine.simulation.randomness("disk " + machine.name);
    this.weather = new DiskWeather(random.split());
  }

  DiskWeather weather() {
    return weather;
  }

  /**
   * Brings what a store has written to the disk; why it failed, or null. After a failure the system
   * may have forgotten the last of what was written, as Linux does.
   */
  DiskWeather.@Nullable Failure sync(Volume volume) {
    if (volume.unsynced.isEmpty()) {
      return null;
    }
    var failure = weather.sync();
    if (failure != null) {
      int kept = random.nextInt(volume.unsynced.size() + 1);
      volume.unsynced.subList(kept, volume.unsynced.size()).clear();
    } else if (!weather.lies()) {
      volume.sync();
    }
    return failure;
  }

  /**
   * How long something takes that takes so long at least, and less than so long, when all is well.
   */
  long nanos(long least, long most) {
    return weather.nanos(random.nextLong(least, most));
  }

  SplittableRandom random() {
    return random;
  }

  void open(Life life, SimLoop owner, String name, Done<Store> done) {
    var volume = volumes.computeIfAbsent(name, _ -> new Volume());
    machine.simulation.after(
        Event.of(life, () -> opened(life, owner, name, volume, done)), nanos(50_000, 2_000_000));
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
    if (volume.recover()) {
      machine.simulation.inject(Injected.Kind.TORN_TAIL);
    }
    var store = new SimStore(life, owner, this, volume, name);
    volume.open = store;
    life.stores().add(store);
    owner.input(() -> done.ok(store.front()));
  }

  /** The process is gone: what the system was given is there still. */
  void processDied() {
    for (var volume : volumes.values()) {
      volume.open = null;
    }
  }

  /** The power is gone: of what was not synced, a beginning is there, up to any byte. */
  void powerCut() {
    processDied();
    for (var volume : volumes.values()) {
      int written = volume.unsyncedBytes();
      int kept = written == 0 ? 0 : random.nextInt(written + 1);
      var rubbish = new byte[random.nextInt(2) * random.nextInt(MOST_RUBBISH)];
      for (int i = 0; i < rubbish.length; i++) {
        rubbish[i] = (byte) random.nextInt();
      }
      for (int lost = volume.loseAfter(kept, rubbish); lost > 0; lost--) {
        machine.simulation.inject(Injected.Kind.LOST_SYNC);
      }
    }
  }
}
