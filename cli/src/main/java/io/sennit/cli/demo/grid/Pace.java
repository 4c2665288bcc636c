package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.Limits;
import io.sennit.cli.demo.Spent;

/** How long the base tour takes: from the demo's first line, chapters and the prompt apart. */
final class Pace {
  /** How a time is measured, for the table. */
  static final String CLOCK = "the front's clock, less the share of others";

  private final Spent.Moment began;
  private long apart;

  /** Since a moment. */
  Pace(Spent.Moment began) {
    this.began = began;
  }

  /** Something that is no part of the base tour. */
  interface Apart {
    void run() throws Exception;
  }

  /** Runs it; its time does not count. */
  void apart(Apart what) throws Exception {
    long begin = System.nanoTime();
    try {
      what.run();
    } finally {
      apart += System.nanoTime() - begin;
    }
  }

  /** Judges the time until now. */
  void judge(Checks checks, Limits limits) {
    var spent = Spent.since(began).without(apart);
    checks.add(
        "time of the tour",
        spent.isWithin(limits.tour()),
        "at most %.1f s".formatted(limits.tour().toNanos() / 1e9),
        CLOCK,
        spent.toString());
  }
}
