package io.sennit.causal.engine;

/** What can be broken on purpose, so that tests show that their judge finds it. */
public enum Defect {
  /** Others are told that an operation is durable when it is only handed to the disk. */
  ACK_BEFORE_SYNC,
  /** A publisher is told so. */
  DONE_BEFORE_SYNC,
  /** What is read at an opening counts as durable, though it may only have been written. */
  OPENING_NOT_SYNCED,
  /** An operation that comes again is applied again. */
  NO_DUPLICATE_CHECK,
  /** Operations do not wait for what they depend on, but for the one before them. */
  NO_CAUSAL_CHECK,
  /** A member that starts again goes on with the origin it had. */
  ORIGIN_REUSED,
  /** Gaps are never asked for. */
  NO_PULL,
  /** The clock is kept apart from the effects, a commit later. */
  CLOCK_APART,
  /** The log is cut at what the members that are connected have. */
  ABSENT_NOT_COUNTED,
  /** What waited for an operation is forgotten when it comes, and taken for applied. */
  DEFERRED_LOST
}
