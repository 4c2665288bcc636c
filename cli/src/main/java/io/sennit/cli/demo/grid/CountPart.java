package io.sennit.cli.demo.grid;

import java.util.concurrent.TimeUnit;

/** Single calls to all workers at once: do the counts agree with two independent witnesses? */
final class CountPart {
  private static final long IN_TIME_NS = TimeUnit.SECONDS.toNanos(3);

  private CountPart() {}

  static void run(Base base, String when) {
    long slowest = 0;
    int inTime = 0;
    int asked = 0;
    for (var term : base.expected().terms()) {
      var answer = base.count(term);
      var right = base.expected().all(term);
      if (right.lines() == 0 && base.expected().changedCount() > 0) {
        base.cluster().screen().line("      '" + term + "' was only in files that have changed");
        continue;
      }
      asked++;
      var grep = GrepWitness.of(base.expected(), term);
      slowest = Math.max(slowest, answer.nanos());
      inTime += answer.nanos() <= IN_TIME_NS && answer.missing().isEmpty() ? 1 : 0;
      base.checks()
          .add(
              "count '" + term + "'" + when,
              grep.agrees()
                  && base.follows(answer)
                  && right.lines() > 0
                  && answer.missing().isEmpty()
                  && answer.files() == right.files()
                  && answer.lines() == right.lines(),
              "%,d files, %,d lines".formatted(right.files(), right.lines()),
              Base.PLAIN + "; " + grep.said(),
              "%,d files, %,d lines in %.1f ms%s"
                  .formatted(
                      answer.files(),
                      answer.lines(),
                      answer.millis(),
                      answer.missing().isEmpty() ? "" : ", missing " + answer.missing()));
    }
    base.checks()
        .add(
            "counts in time" + when,
            asked > 0 && inTime == asked,
            asked + " of " + asked + " within 3 s",
            "the front's clock",
            "%d within 3 s, slowest %.1f ms".formatted(inTime, slowest / 1e6));
  }
}
