package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.grid.Contracts.LinesAsk;
import io.sennit.core.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** All workers stream the lines of one term: is every line there, once, in order, and the same? */
final class LinesPart {
  private static final Within LIMIT = Within.within(Duration.ofSeconds(60));

  private LinesPart() {}

  static void run(Base base) {
    var expected = base.expected();
    var term = expected.streamed();
    long begin = System.nanoTime();
    var tallies = new ArrayList<CompletableFuture<LineTally>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < base.cluster().size(); i++) {
        int worker = i;
        tallies.add(CompletableFuture.supplyAsync(() -> read(base, worker, term), threads));
      }
    }
    double millis = (System.nanoTime() - begin) / 1e6;
    base.followChanges();
    long received = 0;
    long missing = 0;
    long doubled = 0;
    long right = 0;
    for (int i = 0; i < tallies.size(); i++) {
      var tally = tallies.get(i).join();
      var files = expected.files(i);
      received += tally.received();
      doubled += tally.doubled();
      missing += tally.missing(expected, files, term, 1);
      right += tally.right(expected, files, term, 1);
    }
    var should = expected.all(term);
    var name = "lines '" + term + "': ";
    var all = "%,d lines of %,d files".formatted(should.lines(), should.files());
    base.checks()
        .add(
            name + "none missing",
            should.lines() > 0 && missing == 0,
            all,
            Base.PLAIN,
            "%,d received in %.1f ms, %,d missing".formatted(received, millis, missing));
    base.checks()
        .add(
            name + "none doubled",
            should.lines() > 0 && doubled == 0,
            "each of " + all + " once, in order",
            "line numbers of each file must rise",
            "%,d doubled or out of order".formatted(doubled));
    base.checks().equal(name + "texts the same", should.files(), "files", Base.PLAIN, right);
  }

  private static LineTally read(Base base, int worker, String term) {
    var tally = new LineTally();
    try (var stream =
        Contracts.LINES.open(base.cluster().connection(worker), new LinesAsk(term, 1), LIMIT)) {
      for (var hit : stream) {
        tally.take(hit);
      }
    }
    return tally;
  }
}
