package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sennit.causal.Origin;
import java.util.Arrays;

/** Writes the parts of frames and records; see {@link FrameReader}. Grows as it must. */
public final class FrameWriter {
  private byte[] bytes = new byte[64];
  private int length;

  /** Empty. */
  public FrameWriter() {}

  /**
   * A number from 0: seven bits a byte, the least first, all but the last with the high bit set.
   */
  public FrameWriter number(long value) {
    if (value < 0) {
      throw new IllegalArgumentException("below zero: " + value);
    }
    room(10);
    long left = value;
    while (left >= 0x80) {
      bytes[length++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[length++] = (byte) left;
    return this;
  }

  /** 64 bits, the highest byte first. */
  public FrameWriter fixed64(long value) {
    room(8);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** Their number, then the bytes. */
  public FrameWriter bytes(byte[] value) {
    number(value.length);
    return raw(value);
  }

  /** The bytes alone. */
  public FrameWriter raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  /** A name in ASCII, with its length. */
  public FrameWriter name(String name) {
    return bytes(name.getBytes(US_ASCII));
  }

  /** The member's name, then the life. */
  public FrameWriter origin(Origin origin) {
    return name(origin.member()).fixed64(origin.life());
  }

  /** How many bytes were written. */
  public int length() {
    return length;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
