package io.sennit.mesh.wire;

import java.util.Arrays;

/**
 * Packet numbers as ranges, the highest first: each {@code first, last} inclusive, with a gap
 * between each two. At most {@value #MOST} beside the first.
 */
public final class AckRanges {
  /** Ranges beside the first. */
  public static final int MOST = 32;

  private final long[] bounds; // first, last; first, last; ... from high to low

  /**
   * Ranges.
   *
   * @param bounds first and last number of each range, the highest range first
   */
  public AckRanges(long... bounds) {
    if (bounds.length < 2 || bounds.length % 2 != 0 || bounds.length / 2 > MOST + 1) {
      throw new IllegalArgumentException(bounds.length + " bounds");
    }
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i] > bounds[i + 1] || i > 0 && bounds[i + 1] > bounds[i - 2] - 2) {
        throw new IllegalArgumentException("ranges out of order: " + Arrays.toString(bounds));
      }
    }
    this.bounds = bounds;
  }

  /** How many ranges. */
  public int count() {
    return bounds.length / 2;
  }

  /** Lowest number of a range. */
  public long first(int range) {
    return bounds[2 * range];
  }

  /** Highest number of a range. */
  public long last(int range) {
    return bounds[2 * range + 1];
  }

  /** Highest number of all. */
  public long largest() {
    return bounds[1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AckRanges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }
}
