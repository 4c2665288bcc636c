package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;

/** The id and subroute are taken. Seed: {@code ErrHandlerAlreadyExists}. */
public final class HandlerAlreadyExistsException extends RejectedException {
  private static final long serialVersionUID = 1L;

  /** With the handler named in the text. */
  public HandlerAlreadyExistsException(String what, ErrorContext context) {
    super(what, context);
  }

  @Override
  public HandlerAlreadyExistsException in(ErrorContext of) {
    return new HandlerAlreadyExistsException(what(), of);
  }
}
