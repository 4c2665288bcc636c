package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTest {
  private static final List<Check> CHECKS =
      List.of(
          new Check("files indexed", true, "612 files", "a plain scan by one thread", "612 files"),
          new Check(
              "lines 'something-much-longer-than-a-cell-can-be-anywhere': none missing",
              false,
              "17 of 17",
              "a plain scan, for each worker's share",
              "16 of 17 lines came, one was missing"));

  @ParameterizedTest
  @ValueSource(ints = {50, 60, 80, 100, 132, 161, 162, 200})
  void noLineIsLongerThanTheTerminalAndNoLetterIsLost(int columns) {
    var lines = Table.of(CHECKS, columns);
    assertThat(lines).allMatch(line -> line.length() <= columns);
    var letters = String.join("", lines).replaceAll("[\\s|+-]", "").chars().sorted().toArray();
    var wide = String.join("", Table.of(CHECKS, 1000)).replaceAll("[\\s|+-]", "");
    assertThat(letters).isEqualTo(wide.chars().sorted().toArray());
    assertThat(lines.size()).isGreaterThanOrEqualTo(Table.of(CHECKS, 1000).size());
  }
}
