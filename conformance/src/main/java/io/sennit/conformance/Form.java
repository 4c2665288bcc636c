package io.sennit.conformance;

import java.util.Locale;

/** The two forms in which the suite runs. */
enum Form {
  /** As it is. */
  PLAIN,

  /**
   * With binary messages wherever a case sends or awaits text. Most cases about fragments, reserved
   * bits, opcodes and closes carry text, though text is not what they are about.
   */
  BINARY;

  /** Its name in the expectations, and the suite's name of the server in its reports. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Form of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
