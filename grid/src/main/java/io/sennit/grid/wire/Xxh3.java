package io.sennit.grid.wire;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/** XXH3 with seed 0 in its two uses: message checksums (§3.4) and the dial rule (§1). */
public final class Xxh3 {
  private static final Hasher64 HASHER = Hashing.xxh3_64();

  private Xxh3() {}

  /** The low 32 bits over a range: the checksum, sent little-endian. */
  public static int checksum(byte[] bytes, int offset, int length) {
    return (int) HASHER.hashBytesToLong(bytes, offset, length);
  }

  /** All 64 bits over a text's UTF-8 form. */
  public static long hash(String text) {
    return HASHER.hashBytesToLong(text.getBytes(StandardCharsets.UTF_8));
  }
}
