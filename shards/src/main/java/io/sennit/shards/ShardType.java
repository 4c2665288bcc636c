package io.sennit.shards;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sennit.core.ConfigException;
import io.sennit.core.codec.Codec;
import java.nio.charset.StandardCharsets;

/**
 * A kind of shards, a constant that nodes and callers share.
 *
 * <pre>{@code
 * static final ShardType<Room, RoomEvent> ROOMS =
 *     ShardType.of("rooms", 10_000, Codec.of(RoomEvent.class));
 * }</pre>
 *
 * @param name 1 to 64 letters, digits, dots, _ or -, the same for ever
 * @param total how many shards there are, 1 to 2^20; another number needs another name
 * @param events how a piece of state lies on bytes when it is moved
 * @param <S> the state of a shard
 * @param <E> a piece of state
 */
@SuppressWarnings("unused") // S ties a type to its hosts
public record ShardType<S, E>(String name, int total, Codec<E> events) {
  private static final int MOST = 1 << 20;

  /** Checks the ranges. */
  public ShardType {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new ConfigException("shard type", name, "1 to 64 letters, digits, dots, _ or -");
    }
    if (total < 1 || total > MOST) {
      throw new ConfigException("shards of " + name, String.valueOf(total), "1 to " + MOST);
    }
  }

  /** A type. */
  public static <S, E> ShardType<S, E> of(String name, int total, Codec<E> events) {
    return new ShardType<>(name, total, events);
  }

  /** The shard of a number. */
  public ShardId idOf(int number) {
    if (number < 0 || number >= total) {
      throw new ConfigException("shard of " + name, String.valueOf(number), "0 to " + (total - 1));
    }
    return new ShardId(name, number);
  }

  /**
   * The shard of a key: XXH3 with seed 0 over its UTF-8 form, as a number of 64 bits without sign,
   * modulo the total. The same in every process and every version.
   */
  public ShardId idOf(String key) {
    long hash = Hashing.xxh3_64().hashBytesToLong(key.getBytes(StandardCharsets.UTF_8));
    return new ShardId(name, (int) Long.remainderUnsigned(hash, total));
  }
}
