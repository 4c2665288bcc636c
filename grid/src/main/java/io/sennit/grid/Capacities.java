package io.sennit.grid;

import io.sennit.core.ConfigException;

/**
 * How many items the two ends of a stream may send ahead towards an original peer; between Sennit
 * peers bytes are counted instead. The same on both sides.
 *
 * @param in of the caller; 0: it may send none
 * @param out of the handler; 1 or more
 */
public record Capacities(int in, int out) {
  /** Checks the ranges. */
  public Capacities {
    if (in < 0 || out < 1) {
      throw new ConfigException("capacities", in + ", " + out, "0 or more, and 1 or more");
    }
  }
}
