package io.sennit.node;

import java.util.List;

/**
 * One key of a configuration as it is in force.
 *
 * @param key its full name
 * @param variable the environment variable that sets it
 * @param value as it was written; of a secret only {@code set} or {@code not set}
 * @param origin {@code FILE:LINE}, {@code environment NAME}, {@code command line} or {@code
 *     default}
 * @param fallback the default, empty for none
 * @param allowed what it may be, with unit and range
 * @param about what it is, one sentence
 * @param aliases other names of it, as a variable and as a key of the file alike
 */
public record EffectiveSetting(
    String key,
    String variable,
    String value,
    String origin,
    String fallback,
    String allowed,
    String about,
    List<String> aliases) {
  /** Whether somebody set it. */
  public boolean isSet() {
    return !origin.equals(NodeConfig.DEFAULT);
  }
}
