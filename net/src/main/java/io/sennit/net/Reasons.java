package io.sennit.net;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The words in which links end. */
final class Reasons {
  private Reasons() {}

  static DisconnectedException lost(String what, String peer, @Nullable Throwable cause) {
    return new DisconnectedException(
        cause == null ? what : what + ": " + words(cause), ErrorContext.peer(peer), cause);
  }

  /** A dial that did not succeed; whatever it was for did not run. */
  static ErrorContext dialing(String peer, Duration elapsed) {
    return new ErrorContext(peer, "", elapsed, Outcome.DID_NOT_RUN, "");
  }

  /** What an exception says, in few words. */
  static String words(Throwable cause) {
    var message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    if (cause instanceof IOException) {
      String lower = message.toLowerCase(Locale.ROOT);
      if (lower.contains("connection refused")) {
        return "connection refused";
      }
      if (lower.contains("connection reset")) {
        return "connection reset by the peer";
      }
      if (lower.contains("connection timed out") || lower.contains("connect timeout")) {
        return "no answer";
      }
    }
    return message;
  }
}
