package io.sennit.store;

import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store.Entry;
import io.sennit.core.storage.StoreErrors;
import io.sennit.core.storage.StoreRequest;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What a store's reading thread does: one read after the other, each when the commits asked before
 * it are decided. A read that fails fails alone. Answers of short reads go to the loop together;
 * none waits for a read that may be long, or for a commit. What was read and not yet taken by the
 * loop is bounded.
 */
final class ReadThread {
  /** More than this waits for the loop: no further read begins. Each adds one answer at most. */
  private static final long MAX_UNTAKEN = 64 << 20;

  private static final int BATCH_ANSWERS = 32;
  private static final long BATCH_BYTES = 64 << 10; // also the most of a read that counts as short
  private static final long BATCH_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** A read, and how many commits it must see. */
  record Read(StoreRequest request, long after) {}

  private interface Reading<T> {
    T get() throws SQLException;
  }

  private final String name;
  private final Loop owner;
  private final Inbox<Read> inbox;
  private final StoreThread commits;
  private final Reader reader;
  private final BooleanSupplier overdue;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private long untaken;
  private boolean closing;
  private Answers answers; // these three: of the reading thread
  private long bytes;
  private long firstAt;

  ReadThread(
      String name,
      Loop owner,
      Inbox<Read> inbox,
      StoreThread commits,
      Reader reader,
      BooleanSupplier overdue) {
    this.name = name;
    this.owner = owner;
    this.inbox = inbox;
    this.commits = commits;
    this.reader = reader;
    this.overdue = overdue;
    this.answers = new Answers(owner);
  }

  /** Works until the inbox is closed and empty, then closes the connection. */
  void run() {
    try (reader) {
      for (var next = inbox.take(Long.MAX_VALUE); next != null; next = inbox.take(Long.MAX_VALUE)) {
        for (var one : next) {
          if (!commits.progress().has(one.after()) || isLong(one.request())) {
            send();
          }
          awaitRoom();
          commits.progress().await(one.after());
          answer(one.request());
        }
        send();
      }
    } catch (SQLException e) {
      System.getLogger(ReadThread.class.getName())
          .log(System.Logger.Level.WARNING, "closing the reads of store " + name, e);
    } finally {
      send();
      end();
    }
  }

  private static boolean isLong(StoreRequest request) {
    return switch (request) {
      case StoreRequest.ReadLog log -> log.maxBytes() > BATCH_BYTES;
      case StoreRequest.ReadMap map -> map.maxBytes() > BATCH_BYTES;
      default -> false;
    };
  }

  private void end() {
    var late = new Answers(owner);
    for (var one : inbox.end()) {
      late.add(() -> one.request().done().failed(StoreErrors.closed(name)));
    }
    late.send();
  }

  /** From now on it no longer waits for the loop to take answers; any thread. */
  void close() {
    lock.lock();
    try {
      closing = true;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
    inbox.close();
  }

  private void awaitRoom() {
    lock.lock();
    try {
      while (untaken > MAX_UNTAKEN && !closing) {
        taken.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void untaken(long more) {
    lock.lock();
    try {
      untaken += more;
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void answer(StoreRequest request) {
    var failure = commits.failure();
    if (request instanceof StoreRequest.Refused refused) {
      give(() -> refused.done().failed(refused.why()), 0);
    } else if (failure != null) {
      var why = StoreErrors.afterFailure(name, failure);
      give(() -> request.done().failed(why), 0);
    } else if (overdue.getAsBoolean()) {
      give(() -> request.done().failed(StoreErrors.closedBefore(name)), 0);
    } else {
      read(request);
    }
  }

  private void read(StoreRequest request) {
    switch (request) {
      case StoreRequest.ReadLog(var log, var from, var maxBytes, var done) ->
          read(done, () -> reader.log(log, from, maxBytes));
      case StoreRequest.ReadMap(var map, var range, var maxBytes, var done) ->
          read(done, () -> reader.map(map, range, maxBytes));
      case StoreRequest.ReadBounds(var log, var done) -> read(done, () -> reader.bounds(log));
      case StoreRequest.ReadNames(var done) -> read(done, reader::names);
      case StoreRequest.Commit _, StoreRequest.Refused _ ->
          throw new IllegalStateException("not a read");
    }
  }

  private <T> void read(Done<T> done, Reading<T> reading) {
    T value;
    try {
      value = reading.get();
    } catch (SQLException | SennitException | OutOfMemoryError e) {
      var why = Failures.of(name, "read", e);
      give(() -> done.failed(why), 0);
      return;
    }
    give(() -> done.ok(value), size(value));
  }

  private static long size(Object value) {
    long bytes = 0;
    if (value instanceof List<?> list) {
      for (var one : list) {
        if (one instanceof Entry record) {
          bytes += record.record().length;
        } else if (one instanceof Map.Entry<?, ?> entry
            && entry.getKey() instanceof byte[] key
            && entry.getValue() instanceof byte[] data) {
          bytes += key.length + data.length;
        }
      }
    }
    return bytes;
  }

  private void give(Runnable answer, long more) {
    bytes += more;
    if (answers.isEmpty()) {
      firstAt = System.nanoTime();
    }
    answers.add(answer);
    if (answers.size() >= BATCH_ANSWERS
        || bytes >= BATCH_BYTES
        || System.nanoTime() - firstAt >= BATCH_NANOS) {
      send();
    }
  }

  /** Hands what was answered to the loop. */
  private void send() {
    if (answers.isEmpty()) {
      return;
    }
    long size = bytes;
    untaken(size);
    answers.add(() -> untaken(-size));
    answers.send();
    answers = new Answers(owner);
    bytes = 0;
  }
}
