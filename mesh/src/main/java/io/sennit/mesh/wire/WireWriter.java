package io.sennit.mesh.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes fields into an array that grows; what {@link WireReader} reads. */
public final class WireWriter {
  private byte[] bytes;
  private int at;

  /** Empty, with room for so many bytes. */
  public WireWriter(int room) {
    bytes = new byte[Math.max(16, room)];
  }

  /** Bytes written. */
  public int length() {
    return at;
  }

  /** The array behind it, of which the first {@link #length} bytes are written. */
  public byte[] array() {
    return bytes;
  }

  /** Forgets what was written after a point. */
  public void cut(int length) {
    at = length;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, at);
  }

  private int grow(int count) {
    if (count > bytes.length - at) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(at, count)));
    }
    int i = at;
    at += count;
    return i;
  }

  /** One byte. */
  public WireWriter u8(int value) {
    int i = grow(1); // first: it may replace the array
    bytes[i] = (byte) value;
    return this;
  }

  /** Two bytes. */
  public WireWriter u16(int value) {
    return number(value, 2);
  }

  /** Four bytes. */
  public WireWriter u32(int value) {
    return number(value, 4);
  }

  /** Six bytes. */
  public WireWriter u48(long value) {
    return number(value, 6);
  }

  /** Eight bytes. */
  public WireWriter u64(long value) {
    return number(value, 8);
  }

  private WireWriter number(long value, int count) {
    int i = grow(count);
    for (int n = 0; n < count; n++) {
      bytes[i + n] = (byte) (value >>> (8 * (count - 1 - n)));
    }
    return this;
  }

  /** An unsigned number, all bits. */
  public WireWriter varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      u8((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    return u8((int) rest);
  }

  /** A signed number, zigzag. */
  public WireWriter zigzag(long value) {
    return varint(value << 1 ^ value >> 63);
  }

  /** Bytes as they are. */
  public WireWriter bytes(byte[] more) {
    return bytes(more, 0, more.length);
  }

  /** A part of an array. */
  public WireWriter bytes(byte[] more, int from, int count) {
    int i = grow(count);
    System.arraycopy(more, from, bytes, i, count);
    return this;
  }

  /** Length as a varint, then the bytes. */
  public WireWriter block(byte[] more) {
    return varint(more.length).bytes(more);
  }

  /** Length as a varint, then the text in UTF-8. */
  public WireWriter text(String text) {
    return block(text.getBytes(StandardCharsets.UTF_8));
  }

  /** So many zeros. */
  public WireWriter zeros(int count) {
    int i = grow(count);
    Arrays.fill(bytes, i, i + count, (byte) 0);
    return this;
  }

  /** Bytes that a varint of this value takes. */
  public static int varintLength(long value) {
    return Math.max(1, (64 - Long.numberOfLeadingZeros(value) + 6) / 7);
  }
}
