package io.sennit.causal;

import io.sennit.core.ConfigException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Store.Durability;

/**
 * The contract of a group, a constant that all its members share: what its operations are, and when
 * one counts as durable.
 *
 * @param <T> the type of its operations
 * @param name its name: 1 to 128 of {@code A-Z a-z 0-9 . _ - : [ ]}
 * @param codec its operations' bytes
 * @param durability when an operation counts as durable: {@code FSYNC} (after a power cut), {@code
 *     OS} (after the end of the process), {@code MEMORY} (not)
 */
public record Group<T>(String name, Codec<T> codec, Durability durability) {
  /** Checks the name. */
  public Group {
    if (!Origin.isName(name)) {
      throw new ConfigException("group", name, "1 to 128 of A-Z a-z 0-9 . _ - : [ ]");
    }
  }

  /** A group whose operations survive a power cut. */
  public static <T> Group<T> of(String name, Codec<T> codec) {
    return new Group<>(name, codec, Durability.FSYNC);
  }

  /** The same with another durability. */
  public Group<T> durability(Durability level) {
    return new Group<>(name, codec, level);
  }
}
