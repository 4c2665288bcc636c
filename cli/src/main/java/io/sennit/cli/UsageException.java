package io.sennit.cli;

/** The command line makes no sense as it stands; the message says in a sentence what would. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With that sentence. */
  public UsageException(String what) {
    super(what);
  }
}
