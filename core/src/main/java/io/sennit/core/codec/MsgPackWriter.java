package io.sennit.core.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes MessagePack into one growing array, every value in its shortest form. Reusable after
 * {@link #reset()}; for one thread at a time. Methods return the writer, to be chained.
 *
 * <p>Limit: 2 GiB less a few bytes for everything written; beyond it {@link IllegalStateException}.
 */
public final class MsgPackWriter {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int MAX_SIZE = Integer.MAX_VALUE - 8;
  private static final int FIRST_SIZE = 64;

  private byte[] bytes;
  private int size;
  private int depth;

  /** Empty, with room for a small value. */
  public MsgPackWriter() {
    this(FIRST_SIZE);
  }

  /**
   * Empty.
   *
   * @param capacity bytes it has room for before it grows
   */
  public MsgPackWriter(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** How many bytes were written. */
  public int size() {
    return size;
  }

  /** Forgets what was written and keeps the room. */
  public MsgPackWriter reset() {
    size = 0;
    depth = 0;
    return this;
  }

  /** What was written, as an array of the caller's own. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * What was written, copied into another array.
   *
   * @throws IndexOutOfBoundsException if it does not fit
   */
  public void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, size);
  }

  /**
   * What was written, as an array that may be the writer's own: no copy when the room was guessed
   * exactly. The writer must not be used again.
   */
  byte[] finish() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /** Nil. */
  public MsgPackWriter writeNil() {
    return writeByte(0xc0);
  }

  /** True or false. */
  public MsgPackWriter writeBool(boolean value) {
    return writeByte(value ? 0xc3 : 0xc2);
  }

  /** A signed number; non-negative ones take the unsigned forms. */
  public MsgPackWriter writeInt(long value) {
    if (value >= 0) {
      return writeUnsigned(value);
    }
    if (value >= -32) {
      return writeByte((int) value);
    }
    if (value >= Byte.MIN_VALUE) {
      return head8(0xd0, (int) value);
    }
    if (value >= Short.MIN_VALUE) {
      return head16(0xd1, (int) value);
    }
    return value >= Integer.MIN_VALUE ? head32(0xd2, (int) value) : head64(0xd3, value);
  }

  /** A number of 64 bits without sign. */
  public MsgPackWriter writeUnsigned(long value) {
    if (value < 0) {
      return head64(0xcf, value);
    }
    if (value < 0x80) {
      return writeByte((int) value);
    }
    if (value <= 0xff) {
      return head8(0xcc, (int) value);
    }
    if (value <= 0xffff) {
      return head16(0xcd, (int) value);
    }
    return value <= 0xffff_ffffL ? head32(0xce, (int) value) : head64(0xcf, value);
  }

  /** A float of 32 bits. */
  public MsgPackWriter writeFloat(float value) {
    return head32(0xca, Float.floatToRawIntBits(value));
  }

  /** A float of 64 bits. */
  public MsgPackWriter writeDouble(double value) {
    return head64(0xcb, Double.doubleToRawLongBits(value));
  }

  /** Text as UTF-8. Half a surrogate pair becomes {@code ?}, as in {@link String#getBytes}. */
  public MsgPackWriter writeString(String value) {
    int length = Utf8.length(value);
    if (length < 32) {
      writeByte(0xa0 | length);
    } else if (length <= 0xff) {
      head8(0xd9, length);
    } else if (length <= 0xffff) {
      head16(0xda, length);
    } else {
      head32(0xdb, length);
    }
    room(length);
    Utf8.write(value, length, bytes, size);
    size += length;
    return this;
  }

  /** Bytes; they are copied. */
  public MsgPackWriter writeBin(byte[] value) {
    return writeBin(value, 0, value.length);
  }

  /** Some of an array's bytes; they are copied. */
  public MsgPackWriter writeBin(byte[] value, int from, int length) {
    return writeBinHeader(length).writeRaw(value, from, length);
  }

  /** The beginning of bytes; exactly {@code length} must follow with {@link #writeRaw}. */
  public MsgPackWriter writeBinHeader(int length) {
    checkCount(length);
    if (length <= 0xff) {
      return head8(0xc4, length);
    }
    return length <= 0xffff ? head16(0xc5, length) : head32(0xc6, length);
  }

  /** The beginning of a list; exactly {@code count} values must follow. */
  public MsgPackWriter writeArrayHeader(int count) {
    checkCount(count);
    if (count < 16) {
      return writeByte(0x90 | count);
    }
    return count <= 0xffff ? head16(0xdc, count) : head32(0xdd, count);
  }

  /** The beginning of a map; exactly {@code count} pairs of key and value must follow. */
  public MsgPackWriter writeMapHeader(int count) {
    checkCount(count);
    if (count < 16) {
      return writeByte(0x80 | count);
    }
    return count <= 0xffff ? head16(0xde, count) : head32(0xdf, count);
  }

  /**
   * Bytes under an application's type number.
   *
   * @param type -128 to 127; negative ones are reserved by MessagePack
   */
  public MsgPackWriter writeExt(int type, byte[] value) {
    return writeExtHeader(type, value.length).writeRaw(value);
  }

  /** The beginning of an extension; exactly {@code length} bytes must follow. */
  public MsgPackWriter writeExtHeader(int type, int length) {
    if (type < Byte.MIN_VALUE || type > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("extension type " + type + " is not from -128 to 127");
    }
    checkCount(length);
    switch (length) {
      case 1 -> writeByte(0xd4);
      case 2 -> writeByte(0xd5);
      case 4 -> writeByte(0xd6);
      case 8 -> writeByte(0xd7);
      case 16 -> writeByte(0xd8);
      default -> {
        if (length <= 0xff) {
          head8(0xc7, length);
        } else if (length <= 0xffff) {
          head16(0xc8, length);
        } else {
          head32(0xc9, length);
        }
      }
    }
    return writeByte(type);
  }

  /** Bytes as they are: the body after a header, or a value encoded before. */
  public MsgPackWriter writeRaw(byte[] value) {
    return writeRaw(value, 0, value.length);
  }

  /** Some of an array's bytes as they are. */
  public MsgPackWriter writeRaw(byte[] value, int from, int length) {
    room(length);
    System.arraycopy(value, from, bytes, size, length);
    size += length;
    return this;
  }

  /** Four raw bytes, big-endian, without a header: inside an extension. */
  public MsgPackWriter writeRawInt(int value) {
    room(4);
    INT.set(bytes, size, value);
    size += 4;
    return this;
  }

  /** Eight raw bytes, big-endian, without a header: inside an extension. */
  public MsgPackWriter writeRawLong(long value) {
    room(8);
    LONG.set(bytes, size, value);
    size += 8;
    return this;
  }

  /**
   * Steps into a list, map or record; {@link #leave()} steps out. Only needed by code that recurses
   * as deep as the value is, so that nothing is written that no reader takes.
   *
   * @throws IllegalArgumentException beyond {@value MsgPackReader#MAX_DEPTH} levels
   */
  public void enter(String field) {
    if (++depth > MsgPackReader.MAX_DEPTH) {
      throw new IllegalArgumentException(
          field + " is nested deeper than " + MsgPackReader.MAX_DEPTH + " levels");
    }
  }

  /** Steps out of a list, map or record. */
  public void leave() {
    depth--;
  }

  private MsgPackWriter writeByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  private MsgPackWriter head8(int tag, int value) {
    room(2);
    bytes[size] = (byte) tag;
    bytes[size + 1] = (byte) value;
    size += 2;
    return this;
  }

  private MsgPackWriter head16(int tag, int value) {
    room(3);
    bytes[size] = (byte) tag;
    SHORT.set(bytes, size + 1, (short) value);
    size += 3;
    return this;
  }

  private MsgPackWriter head32(int tag, int value) {
    room(5);
    bytes[size] = (byte) tag;
    INT.set(bytes, size + 1, value);
    size += 5;
    return this;
  }

  private MsgPackWriter head64(int tag, long value) {
    room(9);
    bytes[size] = (byte) tag;
    LONG.set(bytes, size + 1, value);
    size += 9;
    return this;
  }

  private void room(int more) {
    if (more > bytes.length - size) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) size + more;
    if (needed > MAX_SIZE) {
      throw new IllegalStateException("a message of " + needed + " bytes is longer than 2 GiB");
    }
    long doubled = Math.max(FIRST_SIZE, 2L * bytes.length);
    bytes = Arrays.copyOf(bytes, (int) Math.min(MAX_SIZE, Math.max(needed, doubled)));
  }

  private static void checkCount(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("a count of " + count);
    }
  }
}
