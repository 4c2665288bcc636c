package io.sennit.cli.demo.grid;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.Connection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;

/** Deadlines end calls in time, and giving up reaches the handler. */
final class DeadlinePart {
  private static final Within DEADLINE = Within.within(Duration.ofMillis(50));
  private static final Within LIMIT = Within.within(Duration.ofSeconds(20));
  private static final long IN_TIME_NS = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final int LONG_MS = 20_000;
  private static final int CALLS = 5;

  private DeadlinePart() {}

  static void run(Base base) {
    var connection = base.cluster().connection(0);
    deadline(base, connection);
    cancel(base, connection);
  }

  private static void deadline(Base base, Connection connection) {
    var before = stats(connection);
    int inTime = 0;
    long slowest = 0;
    String other = "";
    for (int i = 0; i < CALLS; i++) {
      long begin = System.nanoTime();
      try {
        Contracts.SLOW.call(connection, LONG_MS, DEADLINE);
        other = ", one was answered";
      } catch (DeadlineExceededException e) {
        long took = System.nanoTime() - begin;
        slowest = Math.max(slowest, took);
        inTime += took >= DEADLINE.nanos() && took <= IN_TIME_NS ? 1 : 0;
      } catch (SennitException e) {
        other = ", " + e.getMessage();
      }
    }
    base.checks()
        .add(
            "deadline of 50 ms",
            inTime == CALLS,
            CALLS + " calls end after 50 ms, within 1 s",
            "handlers that take 20 s; the front's clock",
            "%d DeadlineExceeded, slowest %.0f ms%s".formatted(inTime, slowest / 1e6, other));
    long begun = stats(connection).slowBegun() - before.slowBegun();
    long ended = await(connection, s -> s.slowInterrupted() - before.slowInterrupted(), CALLS);
    base.checks()
        .add(
            "deadline reaches handlers",
            begun == CALLS && ended == CALLS,
            CALLS + " handlers interrupted",
            "calls given up, counted by the front",
            "%d begun, %d interrupted".formatted(begun, ended));
  }

  private static void cancel(Base base, Connection connection) {
    var before = stats(connection);
    var calls =
        java.util.stream.IntStream.range(0, CALLS)
            .mapToObj(i -> Contracts.SLOW.callAsync(connection, LONG_MS, LIMIT))
            .toList();
    long begun = await(connection, s -> s.slowBegun() - before.slowBegun(), CALLS);
    long at = System.nanoTime();
    calls.forEach(c -> c.cancel(true));
    long ended = await(connection, s -> s.slowInterrupted() - before.slowInterrupted(), CALLS);
    base.checks()
        .add(
            "cancel reaches handlers",
            begun == CALLS && ended == CALLS,
            CALLS + " handlers interrupted",
            "futures cancelled, counted by the front",
            "%d begun, %d interrupted after %.0f ms"
                .formatted(begun, ended, (System.nanoTime() - at) / 1e6));
  }

  private static Contracts.Stats stats(Connection connection) {
    return Contracts.STATS.call(connection, NoValue.NONE, LIMIT);
  }

  /** Asks until a figure is what it should be, for at most 3 s; the last one seen. */
  private static long await(
      Connection connection, ToLongFunction<Contracts.Stats> of, long should) {
    long seen = of.applyAsLong(stats(connection));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
    while (seen != should && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      seen = of.applyAsLong(stats(connection));
    }
    return seen;
  }
}
