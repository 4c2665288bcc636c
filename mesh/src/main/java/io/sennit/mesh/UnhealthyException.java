package io.sennit.mesh;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;

/**
 * The peer is not asked, because it has not answered for a while or is known to be dead, or because
 * a health check failed. The work did not run; it may be tried elsewhere at once.
 *
 * <p>seed: IsUnhealthyError
 */
public class UnhealthyException extends RejectedException {
  private static final long serialVersionUID = 1L;

  /** With its circumstances. */
  public UnhealthyException(String what, ErrorContext context) {
    super(what, context);
  }

  @Override
  public UnhealthyException in(ErrorContext of) {
    return new UnhealthyException(what(), of);
  }
}
