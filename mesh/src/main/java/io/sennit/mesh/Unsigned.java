package io.sennit.mesh;

import java.math.BigInteger;

/**
 * A number without sign, with the width it has on the wire: what Java has no type for, so that a
 * {@code uint16} stays one on its way through a map.
 *
 * @param width how many bits
 * @param bits its value; of 64 bits, all of them
 */
public record Unsigned(Width width, long bits) {
  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  /** How many bits. */
  public enum Width {
    /** 0 to 255. */
    BITS_8,
    /** 0 to 65535. */
    BITS_16,
    /** 0 to 2^32 - 1. */
    BITS_32,
    /** 0 to 2^64 - 1. */
    BITS_64
  }

  /** Checks the range. */
  public Unsigned {
    long max =
        switch (width) {
          case BITS_8 -> 0xff;
          case BITS_16 -> 0xffff;
          case BITS_32 -> 0xffff_ffffL;
          case BITS_64 -> -1;
        };
    if (max >= 0 && (bits < 0 || bits > max)) {
      throw new IllegalArgumentException(bits + " is not of " + width);
    }
  }

  /** Of 8 bits. */
  public static Unsigned of8(int value) {
    return new Unsigned(Width.BITS_8, value);
  }

  /** Of 16 bits. */
  public static Unsigned of16(int value) {
    return new Unsigned(Width.BITS_16, value);
  }

  /** Of 32 bits. */
  public static Unsigned of32(long value) {
    return new Unsigned(Width.BITS_32, value);
  }

  /** Of 64 bits: all bits of the argument. */
  public static Unsigned of64(long bits) {
    return new Unsigned(Width.BITS_64, bits);
  }

  /** Its value as a number that is never negative. */
  public BigInteger toBigInteger() {
    var signed = BigInteger.valueOf(bits);
    return signed.signum() < 0 ? signed.add(TWO_64) : signed;
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(bits);
  }
}
