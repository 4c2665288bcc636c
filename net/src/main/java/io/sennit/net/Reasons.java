package io.sennit.net;

import io.netty.handler.codec.DecoderException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The words in which links end. */
final class Reasons {
  /** The peer's alert as OpenSSL and as the JDK word it. */
  private static final Pattern ALERT = Pattern.compile("(?:_ALERT_|fatal alert: )(\\w+)");

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
  static String words(Throwable thrown) {
    var cause = innermost(thrown);
    var message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    var alert = ALERT.matcher(message);
    if (cause instanceof SSLException && alert.find()) {
      return "the peer refused TLS: " + alert.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
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

  /** What went wrong under TLS is said by the cause, not by the engine or decoder around it. */
  private static Throwable innermost(Throwable thrown) {
    var cause = thrown;
    while ((cause instanceof SSLException || cause instanceof DecoderException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
