package io.sennit.causal;

/**
 * The name of one operation: its origin and its number there.
 *
 * @param origin where it comes from
 * @param seq from 1
 */
public record Dot(Origin origin, long seq) implements Comparable<Dot> {
  /** Checks the number. */
  public Dot {
    if (seq < 1) {
      throw new IllegalArgumentException("a number from 1, not " + seq);
    }
  }

  /** By origin, then by number. */
  @Override
  public int compareTo(Dot other) {
    int byOrigin = origin.compareTo(other.origin);
    return byOrigin != 0 ? byOrigin : Long.compare(seq, other.seq);
  }

  /** {@code member@life:seq}. */
  @Override
  public String toString() {
    return origin + ":" + seq;
  }
}
