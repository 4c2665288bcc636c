package io.sennit.grid;

/** A handler that is served until this is closed; calls running then go on to their end. */
public interface Registration extends AutoCloseable {
  /** Stops serving; idempotent. */
  @Override
  void close();
}
