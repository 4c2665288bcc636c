package io.sennit.mesh;

import io.sennit.testkit.Rows;
import org.junit.jupiter.api.Test;

/** The mesh's checklist against its tests. */
class MeshRowsTest {
  @Test
  void everyRowThatIsDoneIsShown() {
    Rows.of("/rows.txt", MeshRowsTest.class).check();
  }
}
