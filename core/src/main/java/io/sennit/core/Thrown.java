package io.sennit.core;

import org.jspecify.annotations.Nullable;

/**
 * Speaks of exceptions that other people's code threw. Their own methods may throw too (a {@code
 * getMessage} that fails), and there may be no memory left to build a text; neither must stop the
 * thread that only wanted to log. Nothing here throws. Any thread.
 */
public final class Thrown {
  /** Causes that are looked at; a longer chain is taken as it is. */
  private static final int MOST_CAUSES = 50;

  private Thrown() {}

  /** The class and message, or the class alone if the message cannot be had. */
  public static String words(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "no reason";
    }
    try {
      return thrown.toString();
    } catch (Throwable _) {
      return thrown.getClass().getName();
    }
  }

  /** The message, or the class's name if there is none or it cannot be had. */
  public static String message(Throwable thrown) {
    try {
      var message = thrown.getMessage();
      return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
    } catch (Throwable _) {
      return thrown.getClass().getName();
    }
  }

  /**
   * The same exception if a logger can print it; otherwise another that names its class and has its
   * stack. For the cause of an exception that somebody will print one day.
   */
  public static Throwable printable(Throwable thrown) {
    try {
      Throwable one = thrown;
      for (int i = 0; one != null && i < MOST_CAUSES; i++) {
        check(one);
        for (var suppressed : one.getSuppressed()) {
          check(suppressed);
        }
        one = one.getCause();
      }
      return thrown;
    } catch (Throwable _) {
      return standIn(thrown);
    }
  }

  @SuppressWarnings("CheckReturnValue") // asked only to see whether it throws
  private static void check(Throwable one) {
    one.toString();
  }

  private static Throwable standIn(Throwable thrown) {
    var other =
        new IllegalStateException(thrown.getClass().getName() + ", whose text cannot be had");
    try {
      other.setStackTrace(thrown.getStackTrace());
    } catch (Throwable _) {
      return other; // with the stack of this place, which is still better than none
    }
    return other;
  }
}
