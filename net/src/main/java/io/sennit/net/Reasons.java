package io.sennit.net;

import io.netty.channel.ChannelException;
import io.netty.handler.codec.DecoderException;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Thrown;
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

  private static final String OUT_OF_FILES = "too many open files";

  private Reasons() {}

  static DisconnectedException lost(String what, String peer, @Nullable Throwable cause) {
    return new DisconnectedException(
        cause == null ? what : what + ": " + words(cause), ErrorContext.peer(peer), cause);
  }

  /** A dial that did not succeed; whatever it was for did not run. */
  static ErrorContext dialing(String peer, Duration elapsed) {
    return new ErrorContext(peer, "", elapsed, Outcome.DID_NOT_RUN, "");
  }

  /** Whether there was no descriptor left for a socket or file. */
  static boolean isOutOfFiles(Throwable thrown) {
    return words(thrown).equals(OUT_OF_FILES);
  }

  /** What to do about it, if that was the reason. */
  static ErrorContext moreFiles(Throwable thrown) {
    return ErrorContext.advice(
        isOutOfFiles(thrown) ? "Raise the limit of open files (ulimit -n)." : "");
  }

  /**
   * A port or socket that could not be opened.
   *
   * @param key what was asked for: listen, bind
   */
  static SennitException notOpened(String key, Address at, Throwable cause) {
    return isOutOfFiles(cause)
        ? new RejectedException(
            key + " at " + at + ": " + OUT_OF_FILES, moreFiles(cause), Thrown.printable(cause))
        : new ConfigException(
            key, at.toString(), "an address that is free here (" + words(cause) + ")");
  }

  /** What an exception says, in few words. */
  static String words(Throwable thrown) {
    var cause = innermost(thrown);
    var message = Thrown.message(cause);
    var alert = ALERT.matcher(message);
    if (cause instanceof SSLException && alert.find()) {
      return "the peer refused TLS: " + alert.group(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    if (cause instanceof IOException || cause instanceof ChannelException) {
      String lower = message.toLowerCase(Locale.ROOT);
      if (lower.contains("too many open files")) {
        return OUT_OF_FILES;
      }
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

  /** What went wrong is said by the cause, not by the engine, decoder or channel around it. */
  private static Throwable innermost(Throwable thrown) {
    var cause = thrown;
    for (var next = cause.getCause(); next != null && isWrapping(cause); next = cause.getCause()) {
      cause = next;
    }
    return cause;
  }

  private static boolean isWrapping(Throwable thrown) {
    return thrown instanceof SSLException
        || thrown instanceof DecoderException
        || thrown instanceof ChannelException
        || thrown instanceof IllegalStateException;
  }
}
