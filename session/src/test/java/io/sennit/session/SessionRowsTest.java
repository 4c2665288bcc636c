package io.sennit.session;

import io.sennit.testkit.Rows;
import org.junit.jupiter.api.Test;

/** The session's checklist against its tests. */
class SessionRowsTest {
  @Test
  void everyRowThatIsDoneIsShown() {
    Rows.of("/rows.txt", SessionRowsTest.class).check();
  }
}
