package io.sennit.core;

import org.jspecify.annotations.Nullable;

/**
 * Refused before any work: authentication, admission, a limit, a drain. {@link #outcome()} is
 * always {@link Outcome#DID_NOT_RUN} unless the context says otherwise.
 */
public non-sealed class RejectedException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** With its circumstances. */
  public RejectedException(String what, ErrorContext context) {
    this(what, context, null);
  }

  /** With its circumstances and cause. */
  public RejectedException(String what, ErrorContext context, @Nullable Throwable cause) {
    super(what, context, cause);
  }

  @Override
  public RejectedException in(ErrorContext of) {
    return new RejectedException(what(), of, this);
  }
}
