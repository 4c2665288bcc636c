package io.sennit.mesh.engine;

/**
 * Which numbers were seen, over the last so many. A number below the window counts as seen. Look
 * before a packet is opened, mark when it has proven itself.
 */
final class ReplayWindow {
  private final long[] bits;
  private final int size;
  private long next; // one above the highest marked

  /**
   * Nothing seen.
   *
   * @param size numbers remembered, a multiple of 64
   */
  ReplayWindow(int size) {
    this.size = size;
    bits = new long[size / 64];
  }

  /** Whether a number may still be new. */
  boolean isNew(long number) {
    if (number >= next) {
      return true;
    }
    return number >= next - size && (bits[word(number)] & bit(number)) == 0;
  }

  /** Whether a number is too old to tell. */
  boolean isOld(long number) {
    return number < next - size;
  }

  /** Marks a number for which {@link #isNew} holds. */
  void mark(long number) {
    if (number >= next) {
      long clear = Math.min(number - next + 1, size);
      for (long n = number - clear + 1; n <= number; n++) {
        bits[word(n)] &= ~bit(n);
      }
      next = number + 1;
    }
    bits[word(number)] |= bit(number);
  }

  private int word(long number) {
    return (int) (number / 64 % bits.length);
  }

  private static long bit(long number) {
    return 1L << (number & 63);
  }
}
