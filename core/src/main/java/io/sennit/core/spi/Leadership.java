package io.sennit.core.spi;

import io.sennit.core.SennitException;

/** How a candidate learns its fate, on its loop. */
public interface Leadership {
  /**
   * This side leads.
   *
   * @param epoch a fencing token: greater than that of any earlier leader; store it with every
   *     write it guards
   */
  void leading(long epoch);

  /** It no longer does, or can no longer be sure. */
  void lost();

  /**
   * The service cannot be reached, so that this side cannot begin to lead, or will soon no longer
   * be sure. Told again only for another reason, or after it was reached in between.
   */
  default void unreachable(SennitException why) {}
}
