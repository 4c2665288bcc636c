package io.sennit.shards;

import java.util.function.Consumer;

/**
 * Passes on lines up to a level, with a tag and a prefix: {@code [WARN] prefix text}. seed: {@code
 * StdLogger}.
 *
 * @param level lines of this level and more important ones pass
 * @param prefix put before each line
 * @param out takes the finished lines
 */
public record StdLogger(LogLevel level, String prefix, Consumer<String> out) implements ConnLogger {
  private static final System.Logger LOG = System.getLogger("io.sennit.shards.conn");

  /** Up to info, to the system's log. seed: {@code StdLogInstance}. */
  public static final StdLogger STD_LOG_INSTANCE =
      new StdLogger(LogLevel.INFO, "", line -> LOG.log(System.Logger.Level.INFO, line));

  @Override
  public void log(LogLevel of, String message) {
    if (of.compareTo(level) <= 0) {
      out.accept("[" + of.tag() + "] " + prefix + message);
    }
  }
}
