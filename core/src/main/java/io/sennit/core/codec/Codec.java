package io.sennit.core.codec;

import io.sennit.core.ProtocolException;

/**
 * Turns values of one type into bytes and back. Safe for use by any number of threads. Codecs of
 * the built-in types and of records are constants and factories here.
 *
 * @param <T> the type
 */
public interface Codec<T> {
  /** The value's bytes; the array is the caller's. */
  byte[] encode(T value);

  /**
   * The value of the bytes. Keeps no reference to the array.
   *
   * @throws ProtocolException if the bytes are not a value of this type
   */
  T decode(byte[] bytes) throws ProtocolException;
}
