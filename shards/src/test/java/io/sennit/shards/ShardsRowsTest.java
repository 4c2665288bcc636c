package io.sennit.shards;

import io.sennit.testkit.Rows;
import org.junit.jupiter.api.Test;

/** The checklist of shards against its tests. */
class ShardsRowsTest {
  @Test
  void everyRowThatIsDoneIsShown() {
    Rows.of("/rows.txt", ShardsRowsTest.class).check();
  }
}
