package io.sennit.cli.demo.grid;

import io.sennit.core.SennitException;
import io.sennit.core.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Workers cut in two halves by the proxies between them, then healed: who answers whom? */
final class CutPart {
  private static final int ANSWER_MS = 700;
  private static final Within LIMIT = Within.within(Duration.ofSeconds(5));
  private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();

  private CutPart() {}

  static void run(Base base) {
    var cluster = base.cluster();
    int size = cluster.size();
    if (size < 2) {
      cluster.screen().line("      one worker only: there is nobody to cut it from");
      return;
    }
    judge(base, "workers reach each other", pairs(size, Set.of()));
    var half = IntStream.range(0, size / 2).boxed().collect(Collectors.toSet());
    var rest = IntStream.range(size / 2, size).boxed().collect(Collectors.toSet());
    try {
      cluster.cut(half, rest);
      if (size > 2) {
        judge(base, "cut: " + half + " from " + rest, pairs(size, half));
      } else {
        noneReached(base, half, rest);
      }
    } finally {
      cluster.heal();
    }
    judge(base, "healed", pairs(size, Set.of()));
  }

  /** Pairs that may talk: none across the cut. */
  private static Set<String> pairs(int size, Set<Integer> half) {
    var all = new TreeSet<String>();
    for (int from = 0; from < size; from++) {
      for (int to = 0; to < size; to++) {
        if (from != to && half.contains(from) == half.contains(to)) {
          all.add(from + "-" + to);
        }
      }
    }
    return all;
  }

  /** Waits for it: after a cut or its end what is on its way needs its time. */
  private static void judge(Base base, String name, Set<String> should) {
    long end = System.nanoTime() + PATIENCE_NS;
    var seen = reached(base);
    while (!seen.equals(should) && System.nanoTime() - end < 0) {
      seen = reached(base);
    }
    base.checks()
        .add(
            name,
            !should.isEmpty() && seen.equals(should),
            "%,d pairs of workers answer each other".formatted(should.size()),
            "pairs on the same side of the cut, counted by the front",
            "%,d pairs: %s".formatted(seen.size(), seen.equals(should) ? "these" : seen));
  }

  private static void noneReached(Base base, Set<Integer> half, Set<Integer> rest) {
    long end = System.nanoTime() + PATIENCE_NS;
    var seen = reached(base);
    while (!seen.isEmpty() && System.nanoTime() - end < 0) {
      seen = reached(base);
    }
    base.checks()
        .add(
            "cut: " + half + " from " + rest,
            seen.isEmpty(),
            "2 pairs of workers fail to answer each other",
            "pairs across the cut, counted by the front",
            (2 - seen.size()) + " fail");
  }

  private static Set<String> reached(Base base) {
    var cluster = base.cluster();
    List<String> hosts = new ArrayList<>();
    for (int i = 0; i < cluster.size(); i++) {
      hosts.add(cluster.worker(i).host());
    }
    var pairs = new TreeSet<String>();
    for (int i = 0; i < hosts.size(); i++) {
      try {
        for (var host : Contracts.REACHED.call(cluster.connection(i), ANSWER_MS, LIMIT).hosts()) {
          if (hosts.contains(host)) {
            pairs.add(i + "-" + hosts.indexOf(host));
          }
        }
      } catch (SennitException e) {
        cluster.screen().line("      worker " + i + " does not answer the front: " + e.what());
      }
    }
    return pairs;
  }
}
