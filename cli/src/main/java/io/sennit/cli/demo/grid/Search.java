package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.grid.Contracts.Ask;
import io.sennit.cli.demo.grid.Contracts.Count;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One question to all workers at once. */
final class Search {
  /** The workers' answers, by worker; those that failed say why. */
  record Answer(Map<Integer, Count> counts, Map<Integer, SennitException> missing, long nanos) {
    long files() {
      return counts.values().stream().mapToLong(Count::files).sum();
    }

    long lines() {
      return counts.values().stream().mapToLong(Count::lines).sum();
    }

    double millis() {
      return nanos / 1e6;
    }
  }

  private static final Within LIMIT = Within.within(Duration.ofSeconds(10));

  private final DemoCluster cluster;

  Search(DemoCluster cluster) {
    this.cluster = cluster;
  }

  /** Counts a term everywhere; waits for all answers, 10 s at most. */
  Answer count(String term) {
    long begin = System.nanoTime();
    List<CompletableFuture<Count>> calls = new ArrayList<>();
    for (int i = 0; i < cluster.size(); i++) {
      calls.add(Contracts.COUNT.callAsync(cluster.connection(i), new Ask(term), LIMIT));
    }
    var counts = new TreeMap<Integer, Count>();
    var missing = new TreeMap<Integer, SennitException>();
    for (int i = 0; i < calls.size(); i++) {
      try {
        counts.put(i, calls.get(i).join());
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof SennitException why)) {
          throw e;
        }
        missing.put(i, why);
      }
    }
    return new Answer(counts, missing, System.nanoTime() - begin);
  }
}
