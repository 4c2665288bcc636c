package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;

/** No handler with this id and subroute is registered. Seed: {@code ErrUnknownHandler}. */
public final class UnknownHandlerException extends RejectedException {
  private static final long serialVersionUID = 1L;

  /** With the handler named in the text. */
  public UnknownHandlerException(String what, ErrorContext context) {
    super(what, context);
  }

  @Override
  public UnknownHandlerException in(ErrorContext of) {
    return new UnknownHandlerException(what(), of);
  }
}
