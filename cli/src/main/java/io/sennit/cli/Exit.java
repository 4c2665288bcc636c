package io.sennit.cli;

/** The exit codes of all commands. */
public final class Exit {
  /** Done. */
  public static final int OK = 0;

  /** A check or the operation failed. */
  public static final int FAILED = 1;

  /** The command line or the configuration makes no sense. */
  public static final int USAGE = 2;

  private Exit() {}
}
