package io.sennit.testkit.planted.rows;

import io.sennit.testkit.Row;

/** Names rows; not run. */
public class Shown {
  @Row({"P-1", "P-9"})
  void shows() {}

  @Row("P-3")
  void showsNext() {}
}
