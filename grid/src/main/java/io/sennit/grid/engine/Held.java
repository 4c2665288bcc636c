package io.sennit.grid.engine;

/**
 * What a call holds while its handler runs, as one byte: a number of KiB with three bits of
 * mantissa, rounded up. With an int each call would take 8 bytes more.
 */
final class Held {
  /** What a running handler is counted for beyond its request. */
  static final int HANDLER = 256;

  private Held() {}

  /** The byte for a request of so many bytes. */
  static byte of(int request) {
    long units = ((long) request + HANDLER + 255) / 256; // 1 to 2^23 or so
    if (units < 16) {
      return (byte) units;
    }
    int shift = 60 - Long.numberOfLeadingZeros(units); // leaves 8 to 15
    long mantissa = (units + (1L << shift) - 1) >> shift; // 8 to 16
    return (byte) ((shift + 1) * 8 + mantissa); // 16 carries into the next exponent
  }

  /** The bytes that one stands for, never less than were asked for. */
  static long bytes(byte held) {
    int code = held & 0xff;
    if (code < 16) {
      return code * 256L;
    }
    int shift = (code - 8) / 8 - 1;
    return ((code - 8) % 8 + 8L << shift) * 256L;
  }
}
