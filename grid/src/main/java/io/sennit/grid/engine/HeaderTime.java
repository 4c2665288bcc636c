package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.grid.Generation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/** The {@code X-Minio-Time} header in both its forms; docs/protocol/grid.md §1. */
final class HeaderTime {
  static final String NAME = "X-Minio-Time";

  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final long NANOS = 1_000_000_000L;

  private HeaderTime() {}

  static String text(Generation form, Instant now) {
    return switch (form) {
      case S24 ->
          DateTimeFormatter.ISO_INSTANT.format(
              now.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC).toInstant());
      case N25 -> Long.toString(now.getEpochSecond() * NANOS + now.getNano());
    };
  }

  /** How far two clocks are apart, in words that name both. */
  static String apart(Instant theirs, Instant ours) {
    return "the dialer's clock says "
        + theirs.truncatedTo(ChronoUnit.SECONDS)
        + ", the acceptor's "
        + ours.truncatedTo(ChronoUnit.SECONDS)
        + ", "
        + Duration.between(theirs, ours).abs().toSeconds()
        + " s apart";
  }

  /** Reads either form and holds it against the clock. */
  static void check(String text, Instant now) throws RejectedException {
    Instant sent;
    try {
      sent = parse(text);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new RejectedException(
          NAME + " is neither RFC 3339 nor nanoseconds", ErrorContext.NONE, e);
    }
    if (Duration.between(sent, now).abs().compareTo(SKEW) > 0) {
      throw new RejectedException(
          NAME + ": " + apart(sent, now),
          ErrorContext.NONE.withAdvice("Set the clocks of both machines."));
    }
  }

  private static Instant parse(String text) {
    if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long nanos = Long.parseLong(text);
      return Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS);
    }
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
  }
}
