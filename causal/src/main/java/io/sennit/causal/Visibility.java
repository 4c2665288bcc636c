package io.sennit.causal;

import java.time.Duration;
import java.util.List;

/** Who has an operation. */
public sealed interface Visibility {
  /**
   * All that were asked for have it durably.
   *
   * @param took from the question to the answer
   */
  record Everywhere(Duration took) implements Visibility {}

  /**
   * Some have not said so in time.
   *
   * @param behind who, in the order in which they were asked for
   */
  record StillMissing(List<String> behind) implements Visibility {
    /** Keeps a copy. */
    public StillMissing {
      behind = List.copyOf(behind);
    }
  }
}
