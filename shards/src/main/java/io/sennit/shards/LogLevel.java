package io.sennit.shards;

/** How much a line of the log matters, as the original counts it. seed: {@code LogLevel}. */
public enum LogLevel {
  /** 0. seed: {@code LogError}. */
  ERROR("ERRO", System.Logger.Level.ERROR),
  /** 1. seed: {@code LogWarning}. */
  WARNING("WARN", System.Logger.Level.WARNING),
  /** 2. seed: {@code LogInfo}. */
  INFO("INFO", System.Logger.Level.INFO),
  /** 3. seed: {@code LogDebug}. */
  DEBUG("DEBG", System.Logger.Level.DEBUG);

  private final String tag;
  private final System.Logger.Level level;

  LogLevel(String tag, System.Logger.Level level) {
    this.tag = tag;
    this.level = level;
  }

  /** The word in brackets before a line. */
  public String tag() {
    return tag;
  }

  /** The level of the system's log that stands for it. */
  public System.Logger.Level level() {
    return level;
  }
}
