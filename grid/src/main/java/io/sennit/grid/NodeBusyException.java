package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import java.time.Duration;

/**
 * A bound was reached, on this side or, between Sennit peers, on the peer's. What was asked did not
 * run, unless {@link #outcome()} says otherwise of a stream that had begun, and may be tried again
 * after {@link #retryAfter()}. docs/protocol/grid.md §9.9.
 */
public final class NodeBusyException extends RejectedException {
  private static final long serialVersionUID = 1L;
  private static final Duration SOON = Duration.ofMillis(20);

  private final Duration retryAfter;

  /** With the bound named in the text; to be tried again soon. */
  public NodeBusyException(String what, ErrorContext context) {
    this(what, context, SOON);
  }

  /** With the bound named in the text, and after how long to try again: zero or more. */
  public NodeBusyException(String what, ErrorContext context, Duration retryAfter) {
    super(what, context);
    this.retryAfter = retryAfter;
  }

  /**
   * After how long it makes sense to try again; at most a minute. A peer says longer times the more
   * it has to refuse, with jitter, so that not all come back at once.
   */
  public Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public NodeBusyException in(ErrorContext of) {
    var known = of.advice().isEmpty() ? of.withAdvice(advice()) : of;
    return new NodeBusyException(what(), known, retryAfter);
  }
}
