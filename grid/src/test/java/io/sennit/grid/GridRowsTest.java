package io.sennit.grid;

import io.sennit.testkit.Rows;
import org.junit.jupiter.api.Test;

/** The grid's checklist against its tests. */
class GridRowsTest {
  @Test
  void everyRowThatIsDoneIsShown() {
    Rows.of("/rows.txt", GridRowsTest.class).check();
  }
}
