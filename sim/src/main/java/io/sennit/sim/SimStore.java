package io.sennit.sim;

import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store in one process: requests are done in groups, in order; a group that wants to survive a
 * power cut is answered after a sync.
 */
final class SimStore implements Store {
  private static final int MOST_GROUP = 256;

  private record Request(@Nullable SimBatch batch, Durability level, Supplier<Runnable> work) {}

  private final Life life;
  private final Simulation simulation;
  private final SimLoop loop;
  private final Disk disk;
  private final Disk.Volume volume;
  private final String name;
  private final StoreState durable;
  private final StoreState memory = new StoreState();
  private final ArrayDeque<Request> requests = new ArrayDeque<>();
  private long queuedBytes;
  private boolean working;
  private boolean closing;
  private boolean failed;

  SimStore(Life life, SimLoop loop, Disk disk, Disk.Volume volume, String name) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.disk = disk;
    this.volume = volume;
    this.name = name;
    this.durable = volume.written();
  }

  SimLoop loop() {
    return loop;
  }

  boolean isClosing() {
    return closing;
  }

  @Override
  public Batch batch() {
    return new SimBatch();
  }

  @Override
  public void commit(Batch batch, Durability level, Done<Void> done) {
    loop.check();
    var changes = (SimBatch) batch;
    queuedBytes += changes.bytes();
    ask(
        new Request(
            changes,
            level,
            () -> {
              var why = write(changes, level);
              return why == null ? () -> done.ok(nothing()) : () -> done.failed(why);
            }),
        done);
  }

  @SuppressWarnings("NullAway") // Void has no other value
  private static Void nothing() {
    return null;
  }

  @Override
  public void readLog(String log, long from, int maxBytes, Done<List<Entry>> done) {
    read(() -> stateOfLog(log).readLog(log, from, maxBytes), done);
  }

  @Override
  public void readMap(
      String map, byte[] from, int maxBytes, Done<List<Map.Entry<byte[], byte[]>>> done) {
    var start = from.clone();
    read(() -> (memory.hasMap(map) ? memory : durable).readMap(map, start, maxBytes), done);
  }

  @Override
  public void bounds(String log, Done<Bounds> done) {
    read(() -> stateOfLog(log).bounds(log), done);
  }

  private StoreState stateOfLog(String log) {
    return memory.hasLog(log) ? memory : durable;
  }

  private <T> void read(Supplier<T> what, Done<T> done) {
    loop.check();
    ask(
        new Request(
            null,
            Durability.MEMORY,
            () -> {
              T found = what.get();
              return () -> done.ok(found);
            }),
        done);
  }

  private void ask(Request request, Done<?> done) {
    if (closing) {
      var batch = request.batch;
      queuedBytes -= batch == null ? 0 : batch.bytes();
      loop.input(() -> done.failed(failure("is closed")));
      return;
    }
    requests.addLast(request);
    work();
  }

  private void work() {
    if (!working && !requests.isEmpty()) {
      working = true;
      simulation.after(Event.of(life, this::writeGroup), disk.random().nextLong(5_000, 200_000));
    }
  }

  private void writeGroup() {
    var answers = new ArrayList<Runnable>();
    long bytes = 0;
    boolean sync = false;
    int most = 1 + disk.random().nextInt(MOST_GROUP);
    for (int i = 0; i < most && !requests.isEmpty(); i++) {
      var request = requests.removeFirst();
      answers.add(request.work.get());
      if (request.batch != null) {
        bytes += request.batch.bytes();
        sync |= request.level == Durability.FSYNC;
      }
    }
    simulation.note(Trace.Kind.STORE, life, answers.size(), bytes);
    long written = bytes;
    if (sync) {
      simulation.after(
          Event.of(
              life,
              () -> {
                if (!failed) {
                  volume.sync();
                }
                answer(answers, written);
              }),
          disk.random().nextLong(50_000, 3_000_000));
    } else {
      answer(answers, written);
    }
  }

  private void answer(List<Runnable> answers, long bytes) {
    loop.input(
        () -> {
          queuedBytes -= bytes;
          for (var one : answers) {
            try {
              one.run();
            } catch (RuntimeException e) {
              simulation.uncaught(e, "store " + name);
            }
          }
        });
    working = false;
    if (requests.isEmpty() && closing) {
      closed();
    }
    work();
  }

  /** Writes one batch; the reason if it cannot be. */
  private @Nullable SennitException write(SimBatch batch, Durability level) {
    if (failed) {
      return failure("has failed before: open it again");
    }
    boolean volatileOne = level == Durability.MEMORY;
    var state = volatileOne ? memory : durable;
    var other = volatileOne ? durable : memory;
    String fault = batch.hasTooLong() ? "a record longer than " + MAX_RECORD : null;
    for (var change : batch.changes()) {
      switch (change) {
        case SimBatch.Append a when other.hasLog(a.log()) -> fault = kinds("log", a.log());
        case SimBatch.Put p when other.hasMap(p.map()) -> fault = kinds("map", p.map());
        case SimBatch.Cut c when other.hasLog(c.log()) -> fault = kinds("log", c.log());
        case SimBatch.Remove r when other.hasMap(r.map()) -> fault = kinds("map", r.map());
        default -> {}
      }
    }
    if (fault == null) {
      fault = state.fault(batch);
    }
    if (fault != null) {
      return failure(fault);
    }
    if (!volatileOne) {
      if (disk.isFull()) {
        simulation.inject(Injected.Kind.FULL_DISK);
        failed = true;
        return failure("the disk is full");
      }
      volume.unsynced.add(batch);
    }
    state.apply(batch);
    return null;
  }

  private static String kinds(String what, String which) {
    return what + " " + which + " is of the other kind: durable and in memory do not mix";
  }

  private StorageException failure(String why) {
    return new StorageException("store " + name + ": " + why, ErrorContext.NONE);
  }

  @Override
  public long queuedBytes() {
    return queuedBytes;
  }

  @Override
  public void close() {
    if (!closing) {
      closing = true;
      if (!working && requests.isEmpty()) {
        closed();
      }
    }
  }

  private void closed() {
    if (volume.open == this) {
      volume.open = null;
    }
    life.stores().remove(this);
  }
}
