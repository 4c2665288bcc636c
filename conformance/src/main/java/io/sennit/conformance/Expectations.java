package io.sennit.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is demanded of each case: of two lines that fit, the longer one counts. */
final class Expectations {
  private final List<Expectation> lines;

  Expectations(List<Expectation> lines) {
    this.lines = List.copyOf(lines);
  }

  static Expectations parse(String text) {
    return new Expectations(
        text.lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Expectation::parse)
            .toList());
  }

  /** Those that are checked in. */
  static Expectations checkedIn() throws IOException {
    try (var in = Expectations.class.getResourceAsStream("expected.txt")) {
      if (in == null) {
        throw new IOException("expected.txt is not there");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  List<Expectation> lines() {
    return lines;
  }

  Optional<Expectation> of(Form form, String id) {
    return lines.stream()
        .filter(line -> line.form() == form && line.matches(id))
        .max(Comparator.comparingInt(line -> line.cases().length()));
  }

  /** The cases of the suite to run in each form. */
  Map<Form, List<String>> toRun(List<String> suite) {
    var chosen = new LinkedHashMap<Form, List<String>>();
    for (var form : Form.values()) {
      chosen.put(
          form,
          suite.stream()
              .filter(id -> of(form, id).filter(x -> x.demand() != Demand.SKIPPED).isPresent())
              .toList());
    }
    return chosen;
  }

  /**
   * Where they do not fit the suite: a case nobody named, a line for more or fewer than it says.
   */
  List<String> misfits(List<String> suite) {
    var wrong = new ArrayList<String>();
    var counts = new LinkedHashMap<Expectation, Integer>();
    lines.forEach(line -> counts.put(line, 0));
    for (var form : Form.values()) {
      for (var id : suite) {
        var line = of(form, id);
        if (line.isPresent()) {
          counts.merge(line.get(), 1, Integer::sum);
        } else {
          wrong.add(form.text() + " " + id + ": a case without an expectation");
        }
      }
    }
    counts.forEach(
        (line, count) -> {
          if (count != line.count()) {
            wrong.add(line.name() + ": for " + line.count() + " cases, but fits " + count);
          }
        });
    return wrong;
  }
}
