package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Grep;
import java.util.HashSet;

/**
 * What {@code grep -c -F} says about one term. It reads the files as they are now, so only those
 * count that are as the plain scan read them, before it and after it.
 *
 * @param agrees whether it says what the plain scan says, or there is none to ask
 * @param said for the table
 */
record GrepWitness(boolean agrees, String said) {
  private static final int TRIES = 3;

  static GrepWitness of(Expected expected, String term) {
    var files = expected.steady(expected.files());
    for (int left = TRIES; left > 0; left--) {
      var grep = Grep.lines(term, files);
      var after = expected.steady(files);
      if (after.size() == files.size()) {
        if (grep.isEmpty()) {
          return new GrepWitness(true, "no grep on this machine");
        }
        var same = new HashSet<>(files);
        long right = expected.plain().total(term, same::contains).lines();
        int less = expected.files().size() - files.size();
        return new GrepWitness(
            grep.getAsLong() == right,
            "grep -c -F: %,d lines%s"
                .formatted(
                    grep.getAsLong(),
                    less == 0 ? "" : ", without %,d files that have changed".formatted(less)));
      }
      files = after;
    }
    return new GrepWitness(true, "grep was not used: files changed while it read");
  }
}
