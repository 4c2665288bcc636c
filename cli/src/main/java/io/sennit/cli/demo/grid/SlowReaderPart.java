package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.DemoSettings;
import io.sennit.cli.demo.grid.Contracts.LinesAsk;
import io.sennit.core.Within;
import io.sennit.core.codec.NoValue;
import io.sennit.grid.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A reader that stops: is the sender held at the window, and does nothing get lost? */
final class SlowReaderPart {
  private static final Within LIMIT = Within.within(Duration.ofSeconds(60));
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int STILL = 6;
  private static final int LOOKS = 100;
  private static final long ENOUGH = 24L * DemoSettings.WINDOW;

  private SlowReaderPart() {}

  static void run(Base base) {
    var expected = base.expected();
    var term = expected.streamed();
    int worker = expected.richest(term);
    var files = expected.files(worker);
    long chars =
        files.stream().mapToLong(f -> expected.plain().hits(f, term).chars() + f.length()).sum();
    int rounds = (int) Math.max(1, Math.min(200_000, ENOUGH / Math.max(1, chars) + 1));
    long should = expected.of(worker, term).lines() * rounds;

    var connection = base.cluster().connection(worker);
    var tally = new LineTally();
    List<Integer> sizes = new ArrayList<>();
    long held;
    try (var stream = Contracts.LINES.open(connection, new LinesAsk(term, rounds), LIMIT)) {
      var first = stream.receive().orElseThrow();
      tally.take(first);
      held = standstill(connection);
      for (var hit : stream) {
        tally.take(hit);
        if (sizes.size() < held) {
          sizes.add(Contracts.HIT.encode(hit).length);
        }
      }
    }
    base.followChanges();
    should = expected.of(worker, term).lines() * rounds;
    long ahead = sizes.stream().limit(Math.max(0, held - 1)).mapToLong(n -> n).sum();
    int longest = sizes.stream().mapToInt(n -> n).max().orElse(0);
    long bound = DemoSettings.WINDOW + longest;
    base.checks()
        .add(
            "slow reader: sender held",
            held > 1 && held < should && ahead <= bound,
            "%,d lines to send, at most %,d bytes ahead".formatted(should, bound),
            "the window of 64 KiB and one line; bytes added up by the reader",
            "held after %,d lines, %,d bytes ahead".formatted(held, ahead));
    base.checks()
        .equal(
            "slow reader: nothing lost",
            should,
            "lines",
            Base.PLAIN + ", " + rounds + " times",
            tally.kept(expected.files(worker)));
  }

  /** Waits, reading nothing, until the sender's count of lines sent stands still. */
  private static long standstill(Connection connection) {
    long sent = -1;
    int still = 0;
    for (int look = 0; look < LOOKS && still < STILL; look++) {
      LockSupport.parkNanos(LOOK_NS);
      long now = Contracts.STATS.call(connection, NoValue.NONE, LIMIT).linesSent();
      still = now == sent ? still + 1 : 0;
      sent = now;
    }
    return sent;
  }
}
