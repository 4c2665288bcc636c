package io.sennit.core.codec;

import io.sennit.core.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Turns values of one type into bytes and back. Safe for use by any number of threads. Codecs of
 * the built-in types and of records are constants and factories here; their bytes are MessagePack.
 *
 * <p>Nulls have no bytes: encoding one, at any depth, is a {@link NullPointerException} that names
 * the place. Decoded lists, sets and maps are unmodifiable and keep the order of the wire. A map or
 * set without an order of its own is written sorted where its keys can be, so that equal values
 * have equal bytes.
 *
 * @param <T> the type
 */
public interface Codec<T> {
  /** Text as {@code str}; must be valid UTF-8 when read. */
  Codec<String> STRING = Scalars.STRING;

  /** A whole number of 32 bits. */
  Codec<Integer> INT = Scalars.INT;

  /** A whole number of 64 bits. */
  Codec<Long> LONG = Scalars.LONG;

  /** True or false. */
  Codec<Boolean> BOOL = Scalars.BOOL;

  /** A float of 64 bits. */
  Codec<Double> DOUBLE = Scalars.DOUBLE;

  /** Bytes as {@code bin}; copied in and out. */
  Codec<byte[]> BYTES = Scalars.BYTES;

  /** A span of time as a list of seconds and nanoseconds. */
  Codec<Duration> DURATION = Scalars.DURATION;

  /** A moment as MessagePack's timestamp (extension -1). */
  Codec<Instant> INSTANT = Scalars.INSTANT;

  /** A UUID as {@code bin} of 16 bytes. */
  Codec<UUID> UUID = Scalars.UUID;

  /** Nothing: no bytes at all (nil inside other values). */
  Codec<NoValue> NONE = Scalars.NONE;

  /** The value's bytes; the array is the caller's. */
  byte[] encode(T value);

  /**
   * The value of the bytes. Keeps no reference to the array.
   *
   * @throws ProtocolException if the bytes are not a value of this type
   */
  T decode(byte[] bytes) throws ProtocolException;

  /** Lists as MessagePack lists. */
  static <T> Codec<List<T>> list(Codec<T> element) {
    return Containers.list("list", MsgPackCodec.of(element));
  }

  /** Sets as MessagePack lists; a value that comes twice is an error. */
  static <T> Codec<Set<T>> set(Codec<T> element) {
    return Containers.set("set", MsgPackCodec.of(element));
  }

  /** Maps as MessagePack maps; a key that comes twice is an error. */
  static <K, V> Codec<Map<K, V>> map(Codec<K> key, Codec<V> value) {
    return Containers.map("map", MsgPackCodec.of(key), MsgPackCodec.of(value));
  }

  /**
   * A value or nil.
   *
   * @throws io.sennit.core.ConfigException if the value's codec has a use for nil itself
   */
  static <T> Codec<Optional<T>> optional(Codec<T> value) {
    return Containers.optional("optional", MsgPackCodec.of(value));
  }

  /** Constants of an enum by name. */
  static <E extends Enum<E>> Codec<E> enumOf(Class<E> type) {
    return new EnumCodec<>(type);
  }

  /**
   * A record, or a sealed interface of records.
   *
   * <p>A record is a map from component name to value, so it can grow: unknown names are skipped,
   * and a missing one reads as empty (Optional, List, Set, Map) or zero (primitives); any other
   * missing component is a {@link ProtocolException}. One of a sealed family is a map of one pair:
   * the record's simple name and the record. Records may contain themselves, to 64 levels.
   *
   * <p>Components: primitives and their boxes, String, byte[], enums, Duration, Instant, UUID,
   * {@link io.sennit.core.Address}, Optional, List, Set and Map of these, records and sealed
   * families.
   *
   * @throws io.sennit.core.ConfigException naming record and component if one has another type, or
   *     if the record is not open to {@code io.sennit.core}
   */
  static <T> Codec<T> of(Class<T> type) {
    return new Types().of(type);
  }
}
