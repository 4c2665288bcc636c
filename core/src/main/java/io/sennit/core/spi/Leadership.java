package io.sennit.core.spi;

/** How a candidate learns its fate, on its loop. */
public interface Leadership {
  /**
   * This side leads.
   *
   * @param epoch greater than that of any term before, by whomever; written on whatever it guards
   */
  void leading(long epoch);

  /** It no longer does, or can no longer be sure. */
  void lost();
}
