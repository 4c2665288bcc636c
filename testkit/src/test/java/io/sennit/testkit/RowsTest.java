package io.sennit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sennit.testkit.planted.rows.Shown;
import org.junit.jupiter.api.Test;

class RowsTest {
  @Test
  void aDoneRowNeedsATestAndATestAKnownRow() {
    var rows = Rows.of("/planted-rows.txt", Shown.class);
    assertThat(rows.problems())
        .containsExactly(
            "row P-2 is done, but no test shows it", "no row P-9, named by Shown.shows");
    assertThat(rows.summary()).isEqualTo("rows: 2 done, 2 next, of 4");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(rows::check)
        .withMessageContaining("P-2")
        .withMessageContaining("P-9");
  }

  @Test
  void aGoodListPasses() {
    Rows.of("/good-rows.txt", Shown.class).check();
  }

  @Test
  void aMalformedListIsNamed() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Rows.of("/bad-rows.txt", Shown.class))
        .withMessageContaining("/bad-rows.txt:1: the state is done or next, not ready");
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Rows.of("/none.txt", Shown.class))
        .withMessageContaining("no resource /none.txt");
  }
}
