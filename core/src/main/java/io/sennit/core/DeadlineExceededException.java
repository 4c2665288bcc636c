package io.sennit.core;

/** The time allowed ran out; {@link #phase()} says where it went. */
public non-sealed class DeadlineExceededException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** Where an operation was when its time ran out. */
  public enum Phase {
    /** Looking up the peer's address. */
    RESOLVING,
    /** Waiting for a connection. */
    CONNECTING,
    /** Waiting in this side's queue. */
    QUEUED,
    /** Waiting for the peer to grant credit. */
    CREDIT,
    /** Sent; no sign of the answer yet. */
    WIRE,
    /** The peer's handler was known to be running. */
    HANDLER,
    /** Waiting for this side's disk. */
    STORAGE,
    /** Not known. */
    UNKNOWN
  }

  private final Phase phase;

  /** With the phase it ended in. */
  public DeadlineExceededException(String what, Phase phase, ErrorContext context) {
    super(what, context, null);
    this.phase = phase;
  }

  /** Where the time went. */
  public Phase phase() {
    return phase;
  }

  @Override
  public DeadlineExceededException in(ErrorContext of) {
    return new DeadlineExceededException(what(), phase, of);
  }
}
