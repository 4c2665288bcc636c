package io.sennit.causal;

import io.sennit.testkit.Rows;
import org.junit.jupiter.api.Test;

/** The strand's checklist against its tests. */
class CausalRowsTest {
  @Test
  void everyRowThatIsDoneIsShown() {
    Rows.of("/rows.txt", CausalRowsTest.class).check();
  }
}
