package io.sennit.store;

import io.sennit.core.SennitException;
import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store.Durability;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;
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

  private final String name;
  private final Loop owner;
  private final Inbox inbox;
  private final Shelves shelves;
  private final LongConsumer settled;
  private @Nullable StorageException failure;

  /**
   * A thread's work.
   *
   * @param settled told, on the loop, of the bytes that are no longer queued
   */
  StoreThread(String name, Loop owner, Inbox inbox, Shelves shelves, LongConsumer settled) {
    this.name = name;
    this.owner = owner;
    this.inbox = inbox;
    this.shelves = shelves;
    this.settled = settled;
  }

  /** Works until the inbox is closed and empty, then closes the files. */
  void run() {
    try (shelves) {
      for (var taken = inbox.take(); !taken.isEmpty(); taken = inbox.take()) {
        inGroups(taken);
      }
    } catch (SQLException e) {
      // everything acknowledged is in the file or its log already; the next opening tidies up
      LOG.log(System.Logger.Level.WARNING, "closing store " + name, e);
    }
  }

  /** Ends what came in after the last look; nothing is answered later. */
  void end() {
    var late = new Answers(owner, settled);
    for (var request : inbox.end()) {
      late.add(request, () -> request.fail(Failures.closed(name)));
    }
    late.send();
  }

  private void inGroups(List<Request> taken) {
    int from = 0;
    while (from < taken.size()) {
      int to = from;
      long bytes = 0;
      while (to < taken.size() && to - from < MAX_REQUESTS && bytes < MAX_BYTES) {
        bytes += taken.get(to++).bytes();
      }
      group(taken.subList(from, to));
      from = to;
    }
  }

  private void group(List<Request> requests) {
    var answers = new Answers(owner, settled);
    if (failure == null) {
      try {
        shelves.begin(
            requests.stream().anyMatch(request -> asks(request, Durability.FSYNC))
                || requests.stream().noneMatch(request -> asks(request, Durability.OS)));
        for (var request : requests) {
          answers.add(request, work(request));
        }
        shelves.commit();
      } catch (SQLException | RuntimeException | OutOfMemoryError e) {
        failure = Failures.of(name, "commit", e);
        LOG.log(System.Logger.Level.ERROR, "store " + name + " failed", e);
        answers = failed(requests, failure);
      }
    } else {
      answers = failed(requests, Failures.afterFailure(name, failure));
    }
    answers.send();
  }

  private Answers failed(List<Request> requests, StorageException why) {
    var answers = new Answers(owner, settled);
    for (var request : requests) {
      answers.add(request, () -> request.fail(why));
    }
    return answers;
  }

  private static boolean asks(Request request, Durability level) {
    return request instanceof Request.Commit commit && commit.level() == level;
  }

  /** Does one request; what is returned gives its answer once the group is committed. */
  private Runnable work(Request request) throws SQLException {
    return switch (request) {
      case Request.Commit commit -> {
        var broken = shelves.broken(commit);
        if (broken != null) {
          var why =
              Failures.refused(name, broken, "Nothing of this batch was done; the store goes on");
          yield () -> commit.fail(why);
        }
        shelves.apply(commit);
        yield () -> succeed(commit.done());
      }
      case Request.ReadLog(var log, var from, var maxBytes, var done) ->
          read(done, () -> shelves.readLog(log, from, maxBytes));
      case Request.ReadMap(var map, var from, var maxBytes, var done) ->
          read(done, () -> shelves.readMap(map, from, maxBytes));
      case Request.ReadBounds(var log, var done) -> read(done, () -> shelves.bounds(log));
      case Request.Late late -> () -> late.fail(Failures.closed(name));
    };
  }

  @SuppressWarnings("NullAway") // the one value of Void
  private static void succeed(Done<Void> done) {
    done.ok(null);
  }

  private interface Reading<T> {
    T get() throws SQLException;
  }

  /** A read that fails fails alone: the rest of the store may well be sound. */
  private <T> Runnable read(Done<T> done, Reading<T> reading) {
    try {
      var value = reading.get();
      return () -> done.ok(value);
    } catch (SQLException | SennitException e) {
      var why = Failures.of(name, "read", e);
      return () -> done.failed(why);
    }
  }

  /** The answers of one group, given in one task of the loop. */
  private static final class Answers implements Runnable {
    private final Loop owner;
    private final LongConsumer settled;
    private final List<Runnable> list = new ArrayList<>();
    private long bytes;

    Answers(Loop owner, LongConsumer settled) {
      this.owner = owner;
      this.settled = settled;
    }

    void add(Request request, Runnable answer) {
      list.add(answer);
      bytes += request.bytes();
    }

    void send() {
      if (list.isEmpty()) {
        return;
      }
      try {
        owner.execute(this);
      } catch (RejectedExecutionException e) {
        LOG.log(System.Logger.Level.DEBUG, "a loop ended before its store", e);
      }
    }

    @Override
    public void run() {
      settled.accept(bytes);
      RuntimeException first = null;
      for (var answer : list) {
        try {
          answer.run();
        } catch (RuntimeException e) { // one bad receiver must not silence the others
          if (first == null) {
            first = e;
          } else {
            first.addSuppressed(e);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
