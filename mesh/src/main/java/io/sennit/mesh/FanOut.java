package io.sennit.mesh;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** How a message to many went. */
public sealed interface FanOut {
  /** How many have it. */
  int nodes();

  /** Everyone has it. */
  record AllReached(int nodes, Duration took) implements FanOut {}

  /**
   * Some may not have it.
   *
   * @param failed who, and what is known of it
   */
  record SomeFailed(int nodes, Duration took, Map<Address, SennitException> failed)
      implements FanOut {
    /** Keeps them in the order of their addresses. */
    public SomeFailed {
      failed = Collections.unmodifiableMap(new TreeMap<>(failed));
    }
  }
}
