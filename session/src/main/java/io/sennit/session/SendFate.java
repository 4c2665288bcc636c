package io.sennit.session;

/** How sending to one destination ended. */
public enum SendFate {
  /** It lies in the destination's queue, once. */
  DELIVERED,
  /** It was not delivered and never will be. */
  FAILED,
  /**
   * It may have been delivered, once: the destination, or every path by which its acknowledgement
   * could have come, broke while it was on its way.
   */
  UNKNOWN
}
