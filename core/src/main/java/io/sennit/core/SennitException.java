package io.sennit.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one root of everything Sennit throws. Unchecked; says who the peer was, what was being done,
 * for how long, what is known of the outcome, and what to do next. The direct subtypes are a closed
 * family; strands add leaves below them.
 */
public abstract sealed class SennitException extends RuntimeException
    permits DisconnectedException,
        RemoteException,
        DeadlineExceededException,
        CancelledException,
        RejectedException,
        ProtocolException,
        StorageException,
        ConfigException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final transient ErrorContext context;

  /** For subtypes. */
  protected SennitException(String what, ErrorContext context, @Nullable Throwable cause) {
    super(context.explain(what), cause);
    this.what = what;
    this.context = context;
  }

  /** What went wrong, without the circumstances. */
  public String what() {
    return what;
  }

  /** All circumstances at once. */
  public ErrorContext context() {
    return context;
  }

  /** The other side as the strand names it, or empty text. */
  public String peer() {
    return context.peer();
  }

  /** What was being done, or empty text. */
  public String operation() {
    return context.operation();
  }

  /** Time from the start of the operation to the failure. */
  public Duration elapsed() {
    return context.elapsed();
  }

  /** What is known of the work asked for. */
  public Outcome outcome() {
    return context.outcome();
  }

  /** The next thing to try, or empty text. */
  public String advice() {
    return context.advice();
  }

  /**
   * The same failure in the circumstances of one operation: a connection's end told to each call.
   */
  public abstract SennitException in(ErrorContext of);
}
