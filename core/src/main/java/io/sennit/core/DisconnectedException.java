package io.sennit.core;

import org.jspecify.annotations.Nullable;

/**
 * There is no connection to the peer, or it was lost before the answer came. Local knowledge, never
 * the peer's words.
 */
public non-sealed class DisconnectedException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** With its circumstances. */
  public DisconnectedException(String what, ErrorContext context) {
    this(what, context, null);
  }

  /** With its circumstances and cause. */
  public DisconnectedException(String what, ErrorContext context, @Nullable Throwable cause) {
    super(what, context, cause);
  }

  @Override
  public DisconnectedException in(ErrorContext of) {
    return new DisconnectedException(what(), of, this);
  }
}
