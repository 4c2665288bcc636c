package io.sennit.core;

import java.time.Duration;
import java.util.Objects;

/**
 * The circumstances of a failure, carried by every {@link SennitException}.
 *
 * @param peer the other side as the strand names it, or empty text when there is none
 * @param operation what was being done, in the caller's words ({@code call search/1})
 * @param elapsed time from the start of the operation to the failure
 * @param outcome what is known of the work asked for
 * @param advice the next thing to try, one sentence, or empty text
 */
public record ErrorContext(
    String peer, String operation, Duration elapsed, Outcome outcome, String advice) {

  /** Nothing known: for failures outside any operation. */
  public static final ErrorContext NONE =
      new ErrorContext("", "", Duration.ZERO, Outcome.UNKNOWN, "");

  /** Checks that nothing is null. */
  public ErrorContext {
    Objects.requireNonNull(peer, "peer");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(elapsed, "elapsed");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(advice, "advice");
  }

  /** A context that only names the other side. */
  public static ErrorContext peer(String peer) {
    return new ErrorContext(peer, "", Duration.ZERO, Outcome.UNKNOWN, "");
  }

  /** A context that only says what to do next, for work that certainly did not run. */
  public static ErrorContext advice(String advice) {
    return new ErrorContext("", "", Duration.ZERO, Outcome.DID_NOT_RUN, advice);
  }

  /** The same with another outcome. */
  public ErrorContext with(Outcome known) {
    return new ErrorContext(peer, operation, elapsed, known, advice);
  }

  /** The same with another advice. */
  public ErrorContext withAdvice(String next) {
    return new ErrorContext(peer, operation, elapsed, outcome, next);
  }

  String explain(String what) {
    var text = new StringBuilder(what);
    if (!operation.isEmpty()) {
      text.append(" [").append(operation).append(']');
    }
    if (!peer.isEmpty()) {
      text.append(" with ").append(peer);
    }
    if (!elapsed.isZero()) {
      text.append(" after ").append(elapsed.toMillis()).append(" ms");
    }
    if (!operation.isEmpty()) {
      text.append(
          switch (outcome) {
            case DID_NOT_RUN -> "; it did not run";
            case RAN -> "; it ran";
            case UNKNOWN -> "; it may have run";
          });
    }
    if (!advice.isEmpty()) {
      text.append(". ").append(advice);
    }
    return text.toString();
  }
}
