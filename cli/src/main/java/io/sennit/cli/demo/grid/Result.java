package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Check;
import java.util.List;

/** What {@code --json} prints. */
record Result(
    boolean pass,
    int total,
    long failed,
    double seconds,
    int nodes,
    Searched searched,
    List<Check> checks) {
  /**
   * What is searched.
   *
   * @param whole whether that is all of the folder
   * @param endsBefore the first entry that is not, or nothing
   */
  record Searched(boolean whole, int files, long bytes, String endsBefore) {}
}
