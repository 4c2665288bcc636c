package io.sennit.core.storage;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.StorageException;
import java.time.Duration;

/** Failures that every store has, in the same words. */
public final class StoreErrors {
  private StoreErrors() {}

  /** A rule was broken; nothing was done and the store goes on. */
  public static StorageException broken(String store, String rule) {
    return new StorageException(
        rule,
        context(
            store,
            "commit",
            Outcome.DID_NOT_RUN,
            "Nothing of this batch was done; the store goes on"));
  }

  /** Asked after the close. */
  public static StorageException closed(String store) {
    return new StorageException(
        "the store is closed", context(store, "request", Outcome.DID_NOT_RUN, "Open it again"));
  }

  /** Handed in before the close, and not finished in the time a close may take. */
  public static StorageException closedBefore(String store) {
    return new StorageException(
        "the store was closed before this had its turn",
        context(store, "request", Outcome.DID_NOT_RUN, "Open it again and ask once more"));
  }

  /** Asked after a failure. */
  public static StorageException afterFailure(String store, StorageException first) {
    return new StorageException(
        "the store failed before: " + first.what(),
        context(
            store,
            "request",
            Outcome.DID_NOT_RUN,
            "Close it, and open it again once the cause is gone"),
        first);
  }

  /** Too much waits already. */
  static RejectedException full(String store, String what) {
    return new RejectedException(
        what, context(store, "request", Outcome.DID_NOT_RUN, "Wait for answers, then ask again"));
  }

  /** What was being done with a store. */
  public static ErrorContext context(String store, String doing, Outcome outcome, String advice) {
    return new ErrorContext("", doing + " store " + store, Duration.ZERO, outcome, advice);
  }
}
