package io.sennit.core;

/** A setting is wrong: names the key, the value given and what is allowed. */
public non-sealed class ConfigException extends SennitException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * A wrong setting.
   *
   * @param key the setting's full name
   * @param value the value given, never a secret
   * @param allowed what would be right
   */
  public ConfigException(String key, String value, String allowed) {
    super(
        key + " = " + value + ": " + allowed,
        new ErrorContext(
            "", "", java.time.Duration.ZERO, Outcome.DID_NOT_RUN, "Correct " + key + "."),
        null);
    this.key = key;
  }

  private ConfigException(ConfigException other, ErrorContext context) {
    super(other.what(), context, other);
    this.key = other.key;
  }

  /** The setting's full name. */
  public String key() {
    return key;
  }

  @Override
  public ConfigException in(ErrorContext of) {
    return new ConfigException(this, of);
  }
}
