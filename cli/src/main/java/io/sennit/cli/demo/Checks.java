package io.sennit.cli.demo;

import java.util.ArrayList;
import java.util.List;

/** Collects the checks of a tour and prints each as it is made. Any thread may use it. */
public final class Checks {
  private final Screen screen;
  private final List<Check> all = new ArrayList<>();

  /** Printed to a screen. */
  public Checks(Screen screen) {
    this.screen = screen;
  }

  /** A check that was judged by its maker. */
  public synchronized void add(
      String name, boolean pass, String expected, String how, String seen) {
    var check = new Check(name, pass, expected, how, seen);
    all.add(check);
    screen.line(screen.verdict(pass) + "  " + name + ": " + seen);
    if (!pass) {
      screen.line("      expected " + expected + " (" + how + ")");
    }
  }

  /** Two numbers that must be equal; an expectation of zero fails. */
  public void equal(String name, long expected, String unit, String how, long seen) {
    add(
        name,
        expected > 0 && expected == seen,
        "%,d %s".formatted(expected, unit),
        how,
        "%,d %s".formatted(seen, unit));
  }

  /** All so far, in order. */
  public synchronized List<Check> all() {
    return List.copyOf(all);
  }

  /** Whether there are any and all passed. */
  public synchronized boolean passed() {
    return !all.isEmpty() && all.stream().allMatch(Check::pass);
  }
}
