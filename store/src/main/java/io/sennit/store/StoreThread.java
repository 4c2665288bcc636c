package io.sennit.store;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store.Durability;
import io.sennit.core.storage.StoreErrors;
import io.sennit.core.storage.StoreHalf;
import io.sennit.core.storage.StoreRequest;
import io.sennit.core.storage.StoreRequest.Commit;
import io.sennit.core.storage.StoreRules;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a store's thread does after opening: takes all that was handed in, does it in one
 * transaction, commits once, answers in order. What breaks a rule fails alone; what the machine
 * refuses fails the store, and everything from then on.
 */
final class StoreThread {
  private static final System.Logger LOG = System.getLogger(StoreThread.class.getName());

  // bounds of one group, so that the first of many answers does not wait for the last
  private static final int MAX_REQUESTS = 4096;
  private static final long MAX_BYTES = 16 << 20;
  private static final long SYNC_NANOS = TimeUnit.MILLISECONDS.toNanos(Durability.OS_SYNC_MILLIS);

  private final String name;
  private final Loop owner;
  private final Inbox<StoreRequest> inbox;
  private final DurableHalf durable;
  private final MemoryHalf memory;
  private final Progress progress = new Progress();
  private final Consumer<StorageException> onFailure;
  private final BooleanSupplier overdue;
  private volatile @Nullable StorageException failure;
  private volatile long groups;
  private volatile long syncs;
  private long unforcedSince; // meaningful while the durable half is unforced

  /**
   * A thread's work.
   *
   * @param onFailure told, on the loop, when the store failed
   * @param overdue whether the store was closed so long ago that what waits is to be refused
   */
  StoreThread(
      String name,
      Loop owner,
      Inbox<StoreRequest> inbox,
      DurableHalf durable,
      MemoryHalf memory,
      Consumer<StorageException> onFailure,
      BooleanSupplier overdue) {
    this.name = name;
    this.owner = owner;
    this.inbox = inbox;
    this.durable = durable;
    this.memory = memory;
    this.onFailure = onFailure;
    this.overdue = overdue;
  }

  Progress progress() {
    return progress;
  }

  /** Why the store failed, or null; any thread. */
  @Nullable StorageException failure() {
    return failure;
  }

  /** Transactions so far; any thread. */
  long groups() {
    return groups;
  }

  /** Times it forced data to the disk; any thread. */
  long syncs() {
    return syncs;
  }

  /** Works until the inbox is closed and empty. */
  void run() {
    for (var taken = inbox.take(patience()); taken != null; taken = inbox.take(patience())) {
      inGroups(taken);
      forceIfDue();
    }
  }

  /** Answers what came in after the last look; nothing is answered later. */
  void end() {
    var late = new Answers(owner);
    for (var request : inbox.end()) {
      late.add(() -> request.done().failed(StoreErrors.closed(name)));
    }
    late.send();
    progress.end();
  }

  private long patience() {
    return durable.unforced() && failure == null
        ? Math.max(0, unforcedSince + SYNC_NANOS - System.nanoTime())
        : Long.MAX_VALUE;
  }

  private void inGroups(List<StoreRequest> taken) {
    int from = 0;
    while (from < taken.size()) {
      int to = from;
      long bytes = 0;
      while (to < taken.size() && to - from < MAX_REQUESTS && bytes < MAX_BYTES) {
        bytes += taken.get(to++) instanceof Commit commit ? commit.batch().bytes() : 0;
      }
      group(taken.subList(from, to));
      from = to;
    }
  }

  private void group(List<StoreRequest> requests) {
    var failed = failure;
    if (failed != null) {
      answer(requests, StoreErrors.afterFailure(name, failed));
    } else if (overdue.getAsBoolean()) {
      answer(requests, StoreErrors.closedBefore(name));
    } else {
      try {
        answer(commit(requests), requests);
      } catch (SQLException | RuntimeException | Error e) {
        rollback(e);
        var why = Failures.of(name, "commit", e);
        fail(why, e);
        answer(requests, why);
      }
    }
  }

  /** Frees the file's lock for whoever wants to look into it; nothing is written any more. */
  private void rollback(Throwable after) {
    try {
      durable.rollback();
    } catch (SQLException | RuntimeException e) {
      after.addSuppressed(e);
    }
  }

  /** The answers of a group that was committed. */
  private Answers commit(List<StoreRequest> requests) throws SQLException {
    var answers = new Answers(owner);
    boolean wasUnforced = durable.unforced();
    boolean force =
        requests.stream().anyMatch(r -> r instanceof Commit c && c.level() == Durability.FSYNC);
    for (var request : requests) {
      answers.add(
          switch (request) {
            case Commit commit -> done(commit, force);
            case StoreRequest.Refused refused -> () -> refused.done().failed(refused.why());
            default -> throw new IllegalStateException("a read among the commits");
          });
    }
    if (durable.commit()) {
      syncs++;
    }
    groups++;
    if (durable.unforced() && !wasUnforced) {
      unforcedSince = System.nanoTime();
    }
    return answers;
  }

  private Runnable done(Commit commit, boolean force) throws SQLException {
    boolean inMemory = commit.level() == Durability.MEMORY;
    StoreHalf mine = inMemory ? memory : durable.catalog();
    StoreHalf other = inMemory ? durable.catalog() : memory;
    var broken = StoreRules.broken(commit.batch(), commit.level(), mine, other);
    if (broken != null) {
      var why = StoreErrors.broken(name, broken);
      return () -> commit.done().failed(why);
    }
    if (inMemory) {
      memory.apply(commit.batch());
    } else {
      durable.apply(commit.batch(), force);
    }
    return commit::worked;
  }

  private void forceIfDue() {
    if (durable.unforced() && failure == null && System.nanoTime() - unforcedSince >= SYNC_NANOS) {
      try {
        durable.force();
        syncs++;
      } catch (IOException | RuntimeException | Error e) {
        fail(Failures.of(name, "sync", e), e);
      }
    }
  }

  private void fail(StorageException why, Throwable cause) {
    failure = why;
    LOG.log(System.Logger.Level.ERROR, "store " + name + " failed", cause);
    var told = new Answers(owner);
    told.add(() -> onFailure.accept(why));
    told.send();
  }

  private void answer(List<StoreRequest> requests, StorageException why) {
    var answers = new Answers(owner);
    for (var request : requests) {
      answers.add(() -> request.done().failed(why));
    }
    answer(answers, requests);
  }

  private void answer(Answers answers, List<StoreRequest> requests) {
    int commits = 0;
    for (var request : requests) {
      commits += request instanceof Commit ? 1 : 0;
    }
    progress.decided(commits); // before the answers: a read asked by one must find it decided
    answers.send();
  }
}
