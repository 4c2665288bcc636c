package io.sennit.conformance;

import java.util.Locale;
import java.util.Set;

/** What is demanded of a case. */
enum Demand {
  /** The suite's OK. */
  PASS(Set.of("OK")),

  /** OK, or right though not at the earliest moment; may depend on how bytes arrive. */
  NON_STRICT(Set.of("OK", "NON-STRICT")),

  /** Anything is allowed by the RFC, and the suite says so too. */
  INFORMATIONAL(Set.of("INFORMATIONAL")),

  /** Run, and free to fail; but it must come to an end. */
  EXCLUDED(Set.of()),

  /** Not run. */
  SKIPPED(Set.of());

  private final Set<String> accepted;

  Demand(Set<String> accepted) {
    this.accepted = accepted;
  }

  boolean accepts(String behavior) {
    return accepted.contains(behavior);
  }

  /** Whether it wants a reason in the expectations. */
  boolean isLenient() {
    return accepted.isEmpty();
  }

  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Demand of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
