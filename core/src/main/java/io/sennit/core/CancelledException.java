package io.sennit.core;

import org.jspecify.annotations.Nullable;

/** The caller, or the peer on whose behalf the work ran, gave it up. */
public non-sealed class CancelledException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** With its circumstances. */
  public CancelledException(String what, ErrorContext context) {
    this(what, context, null);
  }

  /** With its circumstances and cause. */
  public CancelledException(String what, ErrorContext context, @Nullable Throwable cause) {
    super(what, context, cause);
  }

  @Override
  public CancelledException in(ErrorContext of) {
    return new CancelledException(what(), of, this);
  }
}
