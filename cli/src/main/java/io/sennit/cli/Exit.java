package io.sennit.cli;

/** The exit codes of all commands. */
public final class Exit {
  /** Done. */
  public static final int OK = 0;

  /** A check or the operation failed. */
  public static final int FAILED = 1;

  /** The command line or the configuration makes no sense. */
  public static final int USAGE = 2;

  /** {@code info}: the process answers, but is DEGRADED. */
  public static final int DEGRADED = 3;

  /** {@code info}: the process answers, but is DOWN. */
  public static final int DOWN = 4;

  private Exit() {}
}
