package io.sennit.store;

import io.sennit.core.Outcome;
import io.sennit.core.StorageException;
import io.sennit.core.storage.StoreErrors;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ReadOnlyFileSystemException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** Words for what can go wrong with a store, each with the next thing to try. */
final class Failures {
  private Failures() {}

  /** What is stored is not what was written. */
  static StorageException damaged(String store, String what) {
    return new StorageException(
        what + " is damaged",
        StoreErrors.context(
            store,
            "read",
            Outcome.UNKNOWN,
            "Check the disk; restore the data folder from a copy, or remove it and let this"
                + " server be filled by the others"),
        null);
  }

  static StorageException alreadyOpen(String store, String where) {
    return new StorageException(
        "the store " + store + " is already open " + where,
        StoreErrors.context(
            store,
            "open",
            Outcome.DID_NOT_RUN,
            "A store is open once at a time: close it there, or use another data folder"),
        null);
  }

  /** The machine beneath failed. */
  static StorageException of(String store, String doing, Throwable cause) {
    if (cause instanceof StorageException known) {
      return known;
    }
    return new StorageException(
        "the store " + store + " failed: " + cause,
        StoreErrors.context(store, doing, Outcome.UNKNOWN, advice(cause)),
        cause);
  }

  static String advice(@Nullable Throwable cause) {
    return switch (cause) {
      case SQLException sql -> advice(SQLiteErrorCode.getErrorCode(sql.getErrorCode()));
      case AccessDeniedException _ -> WRITABLE;
      case ReadOnlyFileSystemException _ -> WRITABLE;
      case IOException _ -> "Check that the data folder is a folder this user may write to";
      case OutOfMemoryError _ -> "Give the process more memory, or hand in smaller batches";
      case null, default -> "Open the store again; if it fails again, check disk and data folder";
    };
  }

  private static final String WRITABLE = "Make the data folder writable for this user";

  private static String advice(SQLiteErrorCode code) {
    // extended codes carry the plain one in their lowest byte
    return switch (code.code & 0xff) {
      case 13 -> "The disk is full: free some space, then open the store again"; // FULL
      case 3, 8, 14 -> WRITABLE; // PERM, READONLY, CANTOPEN
      case 11, 26 -> // CORRUPT, NOTADB
          "The file is damaged: restore the data folder from a copy, or remove it and let this"
              + " server be filled by the others";
      case 5, 6 -> "Another program has the file open: stop it"; // BUSY, LOCKED
      default -> "Check the disk (space, health, mount), then open the store again";
    };
  }
}
