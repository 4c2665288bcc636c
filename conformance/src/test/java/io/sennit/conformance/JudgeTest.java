package io.sennit.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A judge that lets something through is worth nothing. */
class JudgeTest {
  private static final List<String> SUITE = List.of("1.1", "1.2", "2.1", "3.1");
  private static final String EXPECTED =
      """
      # a comment
      plain  1   1 pass
      plain  1.2 1 non-strict
      plain  2   1 excluded   text
      plain  3   1 skipped    takes long
      binary 1   2 skipped    no text in it
      binary 2   1 pass
      binary 3   1 skipped    takes long
      """;

  private static Result result(Form form, String id, String behavior) {
    return new Result(form, id, behavior, "OK", "");
  }

  private static List<Result> allRight() {
    return new ArrayList<>(
        List.of(
            result(Form.PLAIN, "1.1", "OK"),
            result(Form.PLAIN, "1.2", "NON-STRICT"),
            result(Form.PLAIN, "2.1", "FAILED"),
            result(Form.BINARY, "2.1", "OK")));
  }

  private static Judge judge(List<String> suite, List<Result> results) {
    var judge = new Judge(Expectations.parse(EXPECTED));
    judge.judge(suite, results);
    return judge;
  }

  private static List<Result> with(Result... others) {
    var all = allRight();
    for (var other : others) {
      all.removeIf(one -> one.form() == other.form() && one.id().equals(other.id()));
    }
    all.addAll(Arrays.asList(others));
    return all;
  }

  @Test
  void whatIsAsExpectedPasses() {
    var judge = judge(SUITE, allRight());
    assertThat(judge.failures()).isEmpty();
    assertThat(judge.better()).isEmpty();
    assertThat(judge.table()).contains("NON-STRICT").contains("takes long").contains("all");
  }

  @Test
  void theCasesToRun() {
    var run = Expectations.parse(EXPECTED).toRun(SUITE);
    assertThat(run.get(Form.PLAIN)).containsExactly("1.1", "1.2", "2.1");
    assertThat(run.get(Form.BINARY)).containsExactly("2.1");
  }

  @Test
  void aFailureFails() {
    assertThat(judge(SUITE, with(result(Form.PLAIN, "1.1", "FAILED"))).failures())
        .singleElement()
        .asString()
        .contains("plain 1.1", "FAILED");
    assertThat(judge(SUITE, with(result(Form.PLAIN, "1.1", "NON-STRICT"))).failures()).hasSize(1);
    var unclean = new Result(Form.BINARY, "2.1", "OK", "UNCLEAN", "");
    assertThat(judge(SUITE, with(unclean)).failures()).hasSize(1);
  }

  @Test
  void aHangFailsEvenWhereFailuresAreAllowed() {
    var hung = new Result(Form.PLAIN, "2.1", "FAILED", "OK", "wasCloseHandshakeTimeout");
    assertThat(judge(SUITE, with(hung)).failures()).hasSize(1);
  }

  @Test
  void anExcludedCaseThatPassesIsToldOnly() {
    var judge = judge(SUITE, with(result(Form.PLAIN, "2.1", "OK")));
    assertThat(judge.failures()).isEmpty();
    assertThat(judge.better()).containsExactly("plain 2.1");
  }

  @Test
  void whatIsNotThereFails() {
    assertThat(judge(SUITE, List.of()).failures())
        .contains("the report has no cases", "plain 2.1: no result", "binary 2.1: no result");
    var fewer = allRight();
    fewer.removeFirst();
    assertThat(judge(SUITE, fewer).failures()).containsExactly("plain 1.1: no result");
  }

  @Test
  void aSuiteThatGrewOrShrankFails() {
    assertThat(judge(List.of("1.1", "1.2", "2.1"), allRight()).failures())
        .containsExactlyInAnyOrder(
            "plain 3: for 1 cases, but fits 0", "binary 3: for 1 cases, but fits 0");
    assertThat(judge(List.of("1.1", "1.2", "2.1", "3.1", "4.1"), allRight()).failures())
        .containsExactlyInAnyOrder(
            "plain 4.1: a case without an expectation",
            "binary 4.1: a case without an expectation");
    var unknown = allRight();
    unknown.add(result(Form.PLAIN, "4.1", "OK"));
    assertThat(judge(SUITE, unknown).failures()).hasSize(1);
  }

  @Test
  void lessThanPassingWantsAReason() {
    assertThatThrownBy(() -> Expectations.parse("plain 6 1 excluded"))
        .hasMessageContaining("no reason");
    assertThatThrownBy(() -> Expectations.parse("plain 6 pass")).hasMessageContaining("plain 6");
  }
}
