package io.sennit.shards;

/** Takes lines of the log. Any thread. seed: {@code Logger}. */
@FunctionalInterface
public interface ConnLogger {
  /** Takes a line. */
  void log(LogLevel level, String message);
}
