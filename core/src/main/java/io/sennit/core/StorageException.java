package io.sennit.core;

import org.jspecify.annotations.Nullable;

/**
 * The durable store could not do what was asked; after a failed commit it refuses all later ones.
 */
public non-sealed class StorageException extends SennitException {
  private static final long serialVersionUID = 1L;

  /** With its circumstances. */
  public StorageException(String what, ErrorContext context) {
    this(what, context, null);
  }

  /** With its circumstances and cause. */
  public StorageException(String what, ErrorContext context, @Nullable Throwable cause) {
    super(what, context, cause);
  }

  @Override
  public StorageException in(ErrorContext of) {
    return new StorageException(what(), of, this);
  }
}
