package io.sennit.core.death;

/** How much evidence allows, weakest first. Whatever is not allowed may only be delayed. */
public enum Strength {
  /** Nothing speaks against the process. */
  NONE,
  /** Fail what was on that connection, ask others now, route around; decide nothing for good. */
  DOUBT,
  /**
   * The process may be taken out of the list of members. It may still be running, so nothing that
   * two processes must not do at once may be given to another.
   */
  MEMBERSHIP,
  /** What the lapsed lease covered may be taken over, and nothing else. */
  LEASE,
  /** That life of the process has ended and never returns: act at once. */
  PROOF
}
