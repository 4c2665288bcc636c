package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;

/** A bound was reached, on this side or the peer's; the call did not run and may be tried later. */
public final class NodeBusyException extends RejectedException {
  private static final long serialVersionUID = 1L;

  /** With the bound named in the text. */
  public NodeBusyException(String what, ErrorContext context) {
    super(what, context);
  }

  @Override
  public NodeBusyException in(ErrorContext of) {
    return new NodeBusyException(what(), of);
  }
}
