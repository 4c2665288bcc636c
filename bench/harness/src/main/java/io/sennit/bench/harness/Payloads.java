package io.sennit.bench.harness;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes that travel, and how they are checked. */
public final class Payloads {
  /** Every so many replies one is compared in full; the length of each is compared. */
  static final int FULL_COMPARE = 64;

  /** Distinct requests are kept below this many bytes; beyond it, slots share them. */
  private static final int POOL_BYTES = 32 << 20;

  private Payloads() {}

  /** Up to {@code count} different requests of one size; fewer where they would not fit. */
  static byte[][] requests(int count, int size) {
    byte[][] all = new byte[Math.clamp(POOL_BYTES / Math.max(1, size), 1, count)][];
    for (int i = 0; i < all.length; i++) {
      all[i] = filled(size, i);
    }
    return all;
  }

  /** The item that every stream repeats. */
  public static byte[] item(int size) {
    return filled(size, 7);
  }

  /** The answer to a client stream. */
  public static byte[] streamSummary(long items, long bytes) {
    return ByteBuffer.allocate(16).putLong(items).putLong(bytes).array();
  }

  /** The request for a server stream. */
  public static byte[] streamRequest(int count, int size) {
    return ByteBuffer.allocate(8).putInt(count).putInt(size).array();
  }

  /** The count of items asked for by {@link #streamRequest}. */
  public static int requestedCount(byte[] request) {
    return ByteBuffer.wrap(request).getInt(0);
  }

  /** The size of items asked for by {@link #streamRequest}. */
  public static int requestedSize(byte[] request) {
    return ByteBuffer.wrap(request).getInt(4);
  }

  /** Throws if a reply is wrong, as far as the {@code n}-th is looked at. */
  static void check(byte[] expected, byte[] reply, long n) {
    if (reply.length != expected.length
        || ((n & (FULL_COMPARE - 1)) == 0 && !Arrays.equals(expected, reply))) {
      throw new IllegalStateException(
          "wrong reply: %d bytes for %d, or other content"
              .formatted(reply.length, expected.length));
    }
  }

  private static byte[] filled(int size, int salt) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8) + salt * 131 + (salt >> 4));
    }
    return bytes;
  }
}
