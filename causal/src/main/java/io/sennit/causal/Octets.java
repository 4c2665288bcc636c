package io.sennit.causal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as a value: immutable, equal by content, ordered as unsigned bytes. */
public final class Octets implements Comparable<Octets> {
  /** No bytes. */
  public static final Octets EMPTY = new Octets(new byte[0]);

  private final byte[] bytes;

  private Octets(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of these bytes. */
  public static Octets of(byte... bytes) {
    return bytes.length == 0 ? EMPTY : new Octets(bytes.clone());
  }

  /** The text in UTF-8. */
  public static Octets utf8(String text) {
    return text.isEmpty() ? EMPTY : new Octets(text.getBytes(UTF_8));
  }

  /** How many. */
  public int length() {
    return bytes.length;
  }

  /** A copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** As text in UTF-8; what is no UTF-8 shows as U+FFFD. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public int compareTo(Octets other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The first 32 bytes in hex. */
  @Override
  public String toString() {
    int shown = Math.min(bytes.length, 32);
    return HexFormat.of().formatHex(bytes, 0, shown) + (shown < bytes.length ? "..." : "");
  }
}
