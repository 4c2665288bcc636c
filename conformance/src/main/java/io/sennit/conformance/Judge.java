package io.sennit.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Holds the suite's results against what is demanded. Nothing passes by not being there: no
 * results, a case without one, a case without an expectation and a line without its cases all fail.
 */
final class Judge {
  private static final TreeSet<String> CLOSES = new TreeSet<>(List.of("OK", "INFORMATIONAL"));

  private final Expectations expectations;
  private final List<String> failures = new ArrayList<>();
  private final List<String> better = new ArrayList<>();
  private final Map<Expectation, Tally> tallies = new LinkedHashMap<>();

  /** Cases of one line by what came of them. */
  private static final class Tally {
    private int run;
    private int passed;
    private int excluded;
    private int failed;
    private final Map<String, Integer> said = new LinkedHashMap<>();
  }

  Judge(Expectations expectations) {
    this.expectations = expectations;
    expectations.lines().forEach(line -> tallies.put(line, new Tally()));
  }

  /** Judges a run, of which {@code suite} lists all the cases the suite has. */
  void judge(List<String> suite, List<Result> results) {
    failures.addAll(expectations.misfits(suite));
    if (results.isEmpty()) {
      failures.add("the report has no cases");
    }
    var missing = new TreeSet<String>();
    expectations
        .toRun(suite)
        .forEach((form, ids) -> ids.forEach(id -> missing.add(form.text() + " " + id)));
    for (var result : results) {
      var line = expectations.of(result.form(), result.id());
      missing.remove(result.form().text() + " " + result.id());
      if (line.isPresent()) {
        judge(line.get(), result);
      } else {
        failures.add(name(result) + ": a case without an expectation");
      }
    }
    missing.forEach(name -> failures.add(name + ": no result"));
  }

  private void judge(Expectation line, Result result) {
    var tally = tallies.get(line);
    if (tally == null) {
      throw new IllegalStateException("an expectation of another run: " + line);
    }
    tally.run++;
    tally.said.merge(result.behavior(), 1, Integer::sum);
    boolean right = line.demand().accepts(result.behavior()) && CLOSES.contains(result.close());
    if (!result.hung().isEmpty()) {
      tally.failed++;
      failures.add(name(result) + ": waited in vain: " + result.hung());
    } else if (line.demand().isLenient()) {
      tally.excluded++;
      if (result.behavior().equals("OK") && CLOSES.contains(result.close())) {
        better.add(name(result));
      }
    } else if (right) {
      tally.passed++;
    } else {
      tally.failed++;
      failures.add(
          name(result)
              + ": "
              + line.demand().text()
              + " was demanded, but the suite says "
              + result.behavior()
              + ", of the close "
              + result.close());
    }
  }

  private static String name(Result result) {
    return result.form().text() + " " + result.id();
  }

  List<String> failures() {
    return failures;
  }

  /** The excluded cases that pass all the same. */
  List<String> better() {
    return better;
  }

  /** A line for each expectation, and the sums. */
  String table() {
    var out = new StringBuilder();
    out.append(
        row("form", "cases", "run", "passed", "excluded", "failed", "demanded", "group or reason"));
    var sum = new Tally();
    tallies.forEach(
        (line, tally) -> {
          sum.run += tally.run;
          sum.passed += tally.passed;
          sum.excluded += tally.excluded;
          sum.failed += tally.failed;
          out.append(
              row(line.form().text(), line.cases(), tally, line.demand().text(), why(line, tally)));
        });
    return out.append(row("all", "", sum, "", "")).toString();
  }

  /** The group or the reason, and what the suite said where that was not always OK. */
  private static String why(Expectation line, Tally tally) {
    boolean plain = tally.said.keySet().stream().allMatch("OK"::equals);
    return plain ? line.reason() : line.reason() + " " + tally.said;
  }

  private static String row(String form, String cases, Tally tally, String demand, String why) {
    return row(
        form,
        cases,
        String.valueOf(tally.run),
        String.valueOf(tally.passed),
        String.valueOf(tally.excluded),
        String.valueOf(tally.failed),
        demand,
        why);
  }

  private static String row(String... cells) {
    return "%-7s %-6s %5s %7s %9s %7s  %-14s %s".formatted((Object[]) cells).stripTrailing() + "\n";
  }
}
