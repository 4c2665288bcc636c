package io.sennit.grid;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Errors as handlers answer them and callers see them: text, whose type is lost on the way. */
public final class RemoteErrors {
  private RemoteErrors() {}

  /** For a handler to throw: the caller gets these words. Seed: {@code NewRemoteErrString}. */
  public static RemoteException of(String text) {
    return new RemoteException(text, ErrorContext.NONE.with(Outcome.RAN));
  }

  /** The same from a format. Seed: {@code NewRemoteErrf}. */
  public static RemoteException of(String format, Object... values) {
    return of(format.formatted(values));
  }

  /** The same from a failure's message; null for null. Seed: {@code NewRemoteErr}. */
  public static @Nullable RemoteException of(@Nullable Throwable failure) {
    return failure == null ? null : of(String.valueOf(failure.getMessage()));
  }

  /** The peer's words, if that is what a failure is. Seed: {@code IsRemoteErr}. */
  public static Optional<String> text(Throwable failure) {
    return failure instanceof RemoteException e ? Optional.of(e.text()) : Optional.empty();
  }
}
