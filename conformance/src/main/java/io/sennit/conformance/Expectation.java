package io.sennit.conformance;

/**
 * One line of the expectations.
 *
 * @param form in which form of the suite
 * @param cases a case such as {@code 7.9.6}, or the start of several such as {@code 7.9}
 * @param count how many cases it is for, those with a line of their own not counted
 * @param demand what is demanded of them
 * @param reason the group's name, or why less than passing is demanded
 */
record Expectation(Form form, String cases, int count, Demand demand, String reason) {
  /** Reads a line: four words and the reason. */
  static Expectation parse(String line) {
    var words = line.strip().split("\\s+", 5);
    if (words.length < 4) {
      throw new IllegalArgumentException("not an expectation: " + line);
    }
    var read =
        new Expectation(
            Form.of(words[0]),
            words[1],
            Integer.parseInt(words[2]),
            Demand.of(words[3]),
            words.length == 5 ? words[4] : "");
    if (read.demand.isLenient() && read.reason.isEmpty()) {
      throw new IllegalArgumentException("no reason: " + line);
    }
    return read;
  }

  boolean matches(String id) {
    return id.equals(cases) || id.startsWith(cases + ".");
  }

  /** Its name in messages. */
  String name() {
    return form.text() + " " + cases;
  }
}
