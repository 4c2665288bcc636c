package io.sennit.core;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Which life of a process this is. A process that starts again at the same address has a greater
 * one, so "restarted" can be told from "still there". Peers learn it in the handshake, where it is
 * proven together with the cluster's key.
 *
 * @param number milliseconds of the wall clock at the start, or one more than the number of the
 *     life before if the clock does not exceed it; positive
 * @param unique 64 random bits: two lives with the same number, as from a copied data folder, are
 *     still different
 */
public record Incarnation(long number, long unique) implements Comparable<Incarnation> {
  /** Checks the range. */
  public Incarnation {
    if (number < 1) {
      throw new ConfigException("incarnation", String.valueOf(number), "a positive number");
    }
  }

  /** A first life: nothing is known of one before. */
  public static Incarnation first(Instant now, SecureRandom random) {
    return new Incarnation(Math.max(1, now.toEpochMilli()), random.nextLong());
  }

  /** The life after this one. */
  public Incarnation next(Instant now, SecureRandom random) {
    return new Incarnation(Math.max(number + 1, now.toEpochMilli()), random.nextLong());
  }

  /** Whether this life began after the other: by number alone, for {@code unique} has no order. */
  public boolean isAfter(Incarnation other) {
    return number > other.number;
  }

  /** By number, then by {@code unique} so that it agrees with {@link #equals}. */
  @Override
  public int compareTo(Incarnation other) {
    int byNumber = Long.compare(number, other.number);
    return byNumber != 0 ? byNumber : Long.compareUnsigned(unique, other.unique);
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws ConfigException if it is not of that form
   */
  public static Incarnation parse(String text) {
    int dash = text.indexOf('-');
    try {
      return new Incarnation(
          Long.parseLong(text, 0, dash, 10),
          Long.parseUnsignedLong(text, dash + 1, text.length(), 16));
    } catch (IndexOutOfBoundsException | NumberFormatException _) {
      throw new ConfigException("incarnation", text, "NUMBER-HEX, as an incarnation is printed");
    }
  }

  /** {@code number-unique}, the second in 16 hex digits. */
  @Override
  public String toString() {
    return "%d-%016x".formatted(number, unique);
  }
}
