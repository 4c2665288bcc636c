package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.core.SennitException;

/**
 * What the parts of the base tour stand on.
 *
 * @param cluster the worker processes
 * @param expected the right answers
 * @param indexing hands out the files
 * @param search asks all workers
 * @param checks takes what was found
 */
record Base(
    DemoCluster cluster, Expected expected, Indexing indexing, Search search, Checks checks) {
  static final String PLAIN = "plain scan in the front";
  private static final int TRIES = 5;

  /** Takes out of the expectation what the workers found changed, where the disk says the same. */
  void followChanges() {
    for (int i = 0; i < cluster.size(); i++) {
      expected.takeOutIfChanged(i, indexing.changed(i));
    }
  }

  /** The same, of those workers whose answer leaves out others than the expectation. */
  void followChanges(Search.Answer answer) {
    for (var each : answer.counts().entrySet()) {
      if (each.getValue().changed() != expected.changedCount(each.getKey())) {
        try {
          expected.takeOutIfChanged(each.getKey(), indexing.changed(each.getKey()));
        } catch (SennitException e) {
          continue; // it died since: the next answer lacks it or tells the same again
        }
      }
    }
  }

  /**
   * Counts a term everywhere. Files that are found to have changed leave the expectation before the
   * answer is returned; a few tries at most, since a folder may change all the time.
   */
  Search.Answer count(String term) {
    var answer = search.count(term);
    for (int left = TRIES; left > 0 && !follows(answer) && answer.missing().isEmpty(); left--) {
      followChanges(answer);
      answer = search.count(term);
    }
    return answer;
  }

  /** Whether an answer leaves out as many files as the expectation. */
  boolean follows(Search.Answer answer) {
    return answer.counts().entrySet().stream()
        .allMatch(e -> e.getValue().changed() == expected.changedCount(e.getKey()));
  }
}
