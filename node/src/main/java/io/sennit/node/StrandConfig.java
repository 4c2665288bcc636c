package io.sennit.node;

import io.sennit.core.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a strand is told: the values of its own keys, checked when they were read. Immutable; any
 * thread may use it. A key of another strand is refused with an {@link IllegalArgumentException}.
 */
public final class StrandConfig {
  private final Values values;
  private final String strand;

  StrandConfig(Values values, String strand) {
    this.values = values;
    this.strand = strand;
  }

  private Setting own(Setting setting) {
    if (!setting.key().startsWith(strand + ".")) {
      throw new IllegalArgumentException(setting.key() + " is no key of " + strand);
    }
    return setting;
  }

  /** Whether somebody set it. */
  public boolean isSet(Setting setting) {
    return values.isSet(own(setting));
  }

  /** A text; empty if there is none. */
  public String text(Setting setting) {
    return values.optional(own(setting)).orElse("");
  }

  /** A text, if there is one. */
  public Optional<String> optional(Setting setting) {
    return values.optional(own(setting));
  }

  /** Yes or no. */
  public boolean flag(Setting setting) {
    return values.flag(own(setting));
  }

  /** A size in bytes. */
  public long bytes(Setting setting) {
    return values.bytes(own(setting));
  }

  /** A number. */
  public long count(Setting setting) {
    return values.count(own(setting));
  }

  /** A time. */
  public Duration duration(Setting setting) {
    return values.duration(own(setting));
  }

  /** An address, if there is one. */
  public Optional<Address> address(Setting setting) {
    return values.optional(own(setting)).map(Address::parse);
  }

  /** Peers, as they were written. */
  public List<String> hosts(Setting setting) {
    return values.hosts(own(setting));
  }

  /** A file or folder, if there is one; absolute. {@code off} counts as none. */
  public Optional<Path> path(Setting setting) {
    return values.path(own(setting));
  }

  /** The strand, and nothing of the values. */
  @Override
  public String toString() {
    return "StrandConfig[" + strand + "]";
  }
}
