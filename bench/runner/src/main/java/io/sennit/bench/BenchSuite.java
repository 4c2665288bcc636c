package io.sennit.bench;

import java.io.PrintWriter;
import java.util.List;

/** One suite of the bench, found by {@link java.util.ServiceLoader}; each strand brings its own. */
public interface BenchSuite {
  /** The word on the command line. */
  String name();

  /** One sentence for the list of suites. */
  String summary();

  /**
   * Runs with the suite's own arguments. A missed target is no failure.
   *
   * @return 0, or an exit code if the suite could not be run
   */
  int run(List<String> arguments, PrintWriter out) throws Exception;
}
