package io.sennit.sim;

import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store.Contents;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.storage.StoreBacking;
import io.sennit.core.storage.StoreErrors;
import io.sennit.core.storage.StoreFront;
import io.sennit.core.storage.StoreRequest;
import io.sennit.core.storage.StoreRequest.Commit;
import io.sennit.core.storage.StoreRules;
import io.sennit.core.storage.StoreState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store in one process: commits are done in groups, in order; a group that wants to survive a
 * power cut is answered after a sync. Reads are done between two groups, when the commits asked
 * before them are decided.
 */
final class SimStore implements StoreBacking {
  private static final int MOST_GROUP = 256;
  private static final long FINISH_NANOS = 3_000_000_000L;
  private static final long OS_SYNC_NANOS = Durability.OS_SYNC_MILLIS * 1_000_000;

  private record Read(StoreRequest request, long after) {}

  private final Life life;
  private final Simulation simulation;
  private final SimLoop loop;
  private final Disk disk;
  private final Disk.Volume volume;
  private final String name;
  private final StoreFront front;
  private final StoreState durable;
  private final StoreState memory = new StoreState();
  private final ArrayDeque<StoreRequest> commits = new ArrayDeque<>();
  private final ArrayDeque<Read> reads = new ArrayDeque<>();
  private final Event osSync;
  private long asked;
  private long decided;
  private long groups;
  private long syncs;
  private long closedAt;
  private boolean working; // a group is under way
  private boolean readDue; // a read waits for the end of the group
  private boolean reading; // a read is under way
  private boolean closing;
  private boolean closed;
  private @Nullable StorageException failure;

  SimStore(Life life, SimLoop loop, Disk disk, Disk.Volume volume, String name) {
    this.life = life;
    this.simulation = life.simulation();
    this.loop = loop;
    this.disk = disk;
    this.volume = volume;
    this.name = name;
    this.durable = volume.written();
    this.osSync = Event.of(life, this::syncForOs);
    this.front = new StoreFront(this);
  }

  /** What the engine is given. */
  StoreFront front() {
    return front;
  }

  boolean isClosing() {
    return closing;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public SimLoop owner() {
    return loop;
  }

  @Override
  public long groups() {
    return groups;
  }

  @Override
  public long syncs() {
    return syncs;
  }

  @Override
  public void ask(StoreRequest request) {
    loop.check();
    if (closed) {
      loop.input(() -> request.done().failed(StoreErrors.closed(name)));
    } else if (request.isRead()) {
      reads.addLast(new Read(request, asked));
      read();
    } else {
      asked += request instanceof Commit ? 1 : 0;
      commits.addLast(request);
      work();
    }
  }

  private void work() {
    if (!working && !commits.isEmpty()) {
      working = true;
      simulation.after(Event.of(life, this::writeGroup), disk.nanos(5_000, 200_000));
    }
  }

  private void writeGroup() {
    var group = new ArrayList<StoreRequest>();
    long bytes = 0;
    boolean forced = false;
    boolean durably = false;
    int most = 1 + disk.random().nextInt(MOST_GROUP);
    for (int i = 0; i < most && !commits.isEmpty(); i++) {
      var request = commits.removeFirst();
      group.add(request);
      if (request instanceof Commit commit) {
        bytes += commit.batch().bytes();
        forced |= commit.level() == Durability.FSYNC;
        durably |= commit.level() != Durability.MEMORY;
      }
    }
    simulation.note(Trace.Kind.STORE, life, group.size(), bytes);
    groups++;
    var trouble = failure == null && durably ? disk.weather().write() : null;
    if (trouble != null) {
      answer(group, failures(group, fail(trouble))); // a group is one transaction: all of it fails
      return;
    }
    var answers = new ArrayList<Runnable>();
    int before = volume.unsynced.size();
    for (var request : group) {
      answers.add(write(request));
    }
    if (forced && volume.unsynced.size() > before) {
      simulation.after(
          Event.of(
              life,
              () -> {
                var unsynced = disk.sync(volume);
                if (unsynced != null) {
                  answer(group, failures(group, fail(unsynced)));
                  return;
                }
                syncs++;
                answer(group, answers);
              }),
          disk.nanos(50_000, 3_000_000));
    } else {
      if (!volume.unsynced.isEmpty() && !osSync.isScheduled()) {
        simulation.after(osSync, OS_SYNC_NANOS);
      }
      answer(group, answers);
    }
  }

  private void syncForOs() {
    if (failure != null || volume.unsynced.isEmpty()) {
      return;
    }
    var unsynced = disk.sync(volume);
    if (unsynced == null) {
      syncs++;
    } else {
      fail(unsynced);
    }
  }

  private void answer(List<StoreRequest> group, List<Runnable> answers) {
    for (var request : group) {
      decided += request instanceof Commit ? 1 : 0;
    }
    give(answers);
    working = false;
    if (readDue) {
      readDue = false;
      readSome();
    }
    read();
    closeIfDone();
    work();
  }

  private void give(List<Runnable> answers) {
    loop.input(
        () -> {
          for (var one : answers) {
            try {
              one.run();
            } catch (RuntimeException e) {
              simulation.uncaught(e, "store " + name);
            }
          }
        });
  }

  private static List<Runnable> failures(List<StoreRequest> requests, SennitException why) {
    var answers = new ArrayList<Runnable>();
    for (var request : requests) {
      answers.add(() -> request.done().failed(why));
    }
    return answers;
  }

  private @Nullable SennitException refusal(StoreRequest request) {
    if (request instanceof StoreRequest.Refused refused) {
      return refused.why();
    }
    if (failure != null) {
      return StoreErrors.afterFailure(name, failure);
    }
    return closing && simulation.now() - closedAt > FINISH_NANOS
        ? StoreErrors.closedBefore(name)
        : null;
  }

  /** Writes one batch; its answer. */
  private Runnable write(StoreRequest request) {
    var refusal = refusal(request);
    if (refusal != null || !(request instanceof Commit commit)) {
      var why = refusal == null ? StoreErrors.closed(name) : refusal;
      return () -> request.done().failed(why);
    }
    boolean inMemory = commit.level() == Durability.MEMORY;
    var mine = inMemory ? memory : durable;
    var broken =
        StoreRules.broken(commit.batch(), commit.level(), mine, inMemory ? durable : memory);
    if (broken != null) {
      var why = StoreErrors.broken(name, broken);
      return () -> commit.done().failed(why);
    }
    if (!inMemory && durable.changes(commit.batch())) {
      volume.unsynced.add(Journal.frame(commit.batch()));
    }
    mine.apply(commit.batch());
    return commit::worked;
  }

  private StorageException fail(DiskWeather.Failure trouble) {
    var why =
        new StorageException(
            "the store " + name + " failed: " + trouble.what(),
            StoreErrors.context(name, "commit", Outcome.UNKNOWN, trouble.advice()));
    failure = why;
    loop.input(() -> front.failed(why));
    return why;
  }

  private void read() {
    if (!reading && !reads.isEmpty() && reads.getFirst().after() <= decided) {
      reading = true;
      simulation.after(Event.of(life, this::readSome), disk.nanos(5_000, 200_000));
    }
  }

  /** Never while a group is written and not yet synced: what it wrote is not to be seen yet. */
  private void readSome() {
    if (working) {
      readDue = true;
      return;
    }
    var answers = new ArrayList<Runnable>();
    int most = 1 + disk.random().nextInt(MOST_GROUP);
    while (answers.size() < most && !reads.isEmpty() && reads.getFirst().after() <= decided) {
      answers.add(read(reads.removeFirst().request()));
    }
    simulation.note(Trace.Kind.STORE, life, answers.size(), -1);
    give(answers);
    reading = false;
    read();
    closeIfDone();
  }

  private Runnable read(StoreRequest request) {
    var refusal = refusal(request);
    if (refusal != null) {
      return () -> request.done().failed(refusal);
    }
    return switch (request) {
      case StoreRequest.ReadLog(var log, var from, var maxBytes, var done) ->
          found(done, ofLog(log).readLog(log, from, maxBytes));
      case StoreRequest.ReadMap(var map, var range, var maxBytes, var done) ->
          found(done, (memory.hasMap(map) ? memory : durable).readMap(map, range, maxBytes));
      case StoreRequest.ReadBounds(var log, var done) -> found(done, ofLog(log).bounds(log));
      case StoreRequest.ReadNames(var done) -> found(done, names());
      case Commit _, StoreRequest.Refused _ -> throw new IllegalStateException("not a read");
    };
  }

  private static <T> Runnable found(Done<T> done, T what) {
    return () -> done.ok(what);
  }

  private StoreState ofLog(String log) {
    return memory.hasLog(log) ? memory : durable;
  }

  private Contents names() {
    var logs = durable.logs();
    var maps = durable.maps();
    logs.addAll(memory.logs());
    maps.addAll(memory.maps());
    return new Contents(List.copyOf(logs), List.copyOf(maps));
  }

  @Override
  public void close() {
    if (!closing) {
      closing = true;
      closedAt = simulation.now();
      closeIfDone();
    }
  }

  private void closeIfDone() {
    if (closing && !closed && !working && commits.isEmpty() && !reading && reads.isEmpty()) {
      closed = true;
      if (failure == null) {
        disk.sync(volume); // as closing the file does; what fails here was not promised
      }
      simulation.cancel(osSync);
      if (volume.open == this) {
        volume.open = null;
      }
      life.stores().remove(this);
    }
  }
}
