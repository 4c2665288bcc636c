package io.sennit.fuzz;

import com.sun.management.ThreadMXBean;
import io.sennit.core.ProtocolException;
import io.sennit.core.codec.Codec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;

/** What holds for every decoder; a breach is an {@link AssertionError}. */
final class Invariants {
  /** Bytes of memory a byte of input may cost; a list of empty texts costs some fifty. */
  private static final long PER_BYTE = 256;

  /** For the exception with its stack trace, and buffers of a fixed size. */
  private static final long FIXED = 256 << 10;

  /** What a decoder takes, it takes every time; the fuzzer's agent works on this thread too. */
  private static final int MEASURES = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Invariants() {}

  /** Decodes: empty if it was refused as it should be. Anything else that is thrown goes on. */
  static <T> Optional<T> decode(byte[] bytes, Function<byte[], T> decoder) {
    var first = attempt(bytes, decoder); // after this classes are loaded
    long most = FIXED + PER_BYTE * bytes.length;
    long used = Long.MAX_VALUE;
    for (int i = 0; i < MEASURES && used > most; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      attempt(bytes, decoder);
      used = Math.min(used, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    if (used > most) {
      throw new AssertionError(used + " bytes of memory for " + hex(bytes));
    }
    return first;
  }

  private static <T> Optional<T> attempt(byte[] bytes, Function<byte[], T> decoder) {
    try {
      return Optional.of(decoder.apply(bytes));
    } catch (ProtocolException e) {
      if (e.field().isEmpty()) {
        throw new AssertionError("an error that names no field", e);
      }
      return Optional.empty();
    }
  }

  /** Decodes, and if that goes well, holds the value's bytes against themselves. */
  static <T> void stable(byte[] bytes, Function<byte[], T> decoder, Function<T, byte[]> encoder) {
    decode(bytes, decoder).ifPresent(value -> stableValue(value, decoder, encoder));
  }

  /** The same for a codec. */
  static <T> void stable(byte[] bytes, Codec<T> codec) {
    stable(bytes, codec::decode, codec::encode);
  }

  private static <T> void stableValue(
      T value, Function<byte[], T> decoder, Function<T, byte[]> encoder) {
    var once = encoder.apply(value);
    T again;
    try {
      again = decoder.apply(once);
    } catch (ProtocolException e) {
      throw new AssertionError("its own bytes are refused: " + hex(once), e);
    }
    var twice = encoder.apply(again);
    if (!Arrays.equals(once, twice)) {
      throw new AssertionError(hex(once) + " became " + hex(twice));
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
