package io.sennit.core.codec;

import io.sennit.core.ProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads MessagePack from a range of an array. Trusts nothing: each length and count is held against
 * the bytes that are left before anything is allocated, nesting is limited to {@value #MAX_DEPTH},
 * and whatever is wrong is a {@link ProtocolException} that names the field (each method takes its
 * name) and the offset from the start of the range. Numbers are accepted in any of their forms,
 * minimal or not; one that does not fit what was asked for is an error. The array is only read, and
 * only while a method runs. For one thread at a time.
 */
public final class MsgPackReader {
  /** How deep lists, maps and records may lie in each other. */
  public static final int MAX_DEPTH = 64;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int start;
  private final int end;
  private int at;
  private int depth;
  private int extType;

  /** All of an array. */
  public MsgPackReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Some of an array. */
  public MsgPackReader(byte[] bytes, int from, int length) {
    Objects.checkFromIndexSize(from, length, bytes.length);
    this.bytes = bytes;
    this.start = from;
    this.at = from;
    this.end = from + length;
  }

  /** Bytes read so far. */
  public int position() {
    return at - start;
  }

  /** Bytes not read yet. */
  public int remaining() {
    return end - at;
  }

  /** Whether everything was read. */
  public boolean atEnd() {
    return at == end;
  }

  /** Insists that everything was read. */
  public void expectEnd(String field) {
    if (at != end) {
      throw wrong(field, at, (end - at) + " bytes follow the value");
    }
  }

  /** What comes next; reads nothing. */
  public MsgPackType nextType(String field) {
    int tag = peek(field);
    if (tag < 0x80 || tag >= 0xe0) {
      return MsgPackType.INT;
    }
    if (tag < 0x90) {
      return MsgPackType.MAP;
    }
    if (tag < 0xa0) {
      return MsgPackType.ARRAY;
    }
    if (tag < 0xc0) {
      return MsgPackType.STR;
    }
    return switch (tag) {
      case 0xc0 -> MsgPackType.NIL;
      case 0xc2, 0xc3 -> MsgPackType.BOOL;
      case 0xc4, 0xc5, 0xc6 -> MsgPackType.BIN;
      case 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> MsgPackType.EXT;
      case 0xca, 0xcb -> MsgPackType.FLOAT;
      case 0xd9, 0xda, 0xdb -> MsgPackType.STR;
      case 0xdc, 0xdd -> MsgPackType.ARRAY;
      case 0xde, 0xdf -> MsgPackType.MAP;
      case 0xc1 -> throw wrong(field, at, "0xc1 is not MessagePack");
      default -> MsgPackType.INT;
    };
  }

  /** Takes a nil if one comes next. */
  public boolean tryNil(String field) {
    if (peek(field) != 0xc0) {
      return false;
    }
    at++;
    return true;
  }

  /** Nil. */
  public void readNil(String field) {
    if (!tryNil(field)) {
      throw unexpected(field, at, "nil");
    }
  }

  /** True or false. */
  public boolean readBool(String field) {
    int tag = peek(field);
    if (tag != 0xc2 && tag != 0xc3) {
      throw unexpected(field, at, "a bool");
    }
    at++;
    return tag == 0xc3;
  }

  /** A number that fits 64 bits with sign. */
  public long readLong(String field) {
    int from = at;
    int tag = peek(field);
    if (tag < 0x80) {
      at++;
      return tag;
    }
    if (tag >= 0xe0) {
      at++;
      return (byte) tag;
    }
    long value = readWide(field, tag, "a whole number");
    if (tag == 0xcf && value < 0) {
      throw wrong(field, from, Long.toUnsignedString(value) + " is too large");
    }
    return value;
  }

  /** A number that fits 32 bits with sign. */
  public int readInt(String field) {
    return (int) readLong(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** A number within a range. */
  public long readLong(String field, long min, long max) {
    int from = at;
    long value = readLong(field);
    if (value < min || value > max) {
      throw wrong(field, from, value + " is not from " + min + " to " + max);
    }
    return value;
  }

  /** A number of up to 64 bits without sign; signed forms are taken if they are not negative. */
  public long readUnsigned(String field) {
    int from = at;
    int tag = peek(field);
    if (tag < 0x80) {
      at++;
      return tag;
    }
    if (tag >= 0xe0) {
      throw wrong(field, from, (byte) tag + " is negative");
    }
    long value = readWide(field, tag, "a whole number");
    if (value < 0 && tag != 0xcf) {
      throw wrong(field, from, value + " is negative");
    }
    return value;
  }

  /** A float of 64 bits; one of 32 is widened. */
  public double readDouble(String field) {
    int tag = peek(field);
    if (tag == 0xca) {
      return readFloat(field);
    }
    if (tag != 0xcb) {
      throw unexpected(field, at, "a float");
    }
    need(field, 9);
    double value = Double.longBitsToDouble((long) LONG.get(bytes, at + 1));
    at += 9;
    return value;
  }

  /** A float of 32 bits. */
  public float readFloat(String field) {
    if (peek(field) != 0xca) {
      throw unexpected(field, at, "a float of 32 bits");
    }
    need(field, 5);
    float value = Float.intBitsToFloat((int) INT.get(bytes, at + 1));
    at += 5;
    return value;
  }

  /** Text; bytes that are not UTF-8 are an error. */
  public String readString(String field) {
    int from = at;
    int length = readStringHeader(field);
    var text = Utf8.read(bytes, at, length);
    if (text == null) {
      throw wrong(field, from, "the text is not UTF-8");
    }
    at += length;
    return text;
  }

  /** Text of at most so many bytes. */
  public String readString(String field, int maxBytes) {
    checkLimit(field, at, readStringHeaderAhead(field), maxBytes);
    return readString(field);
  }

  /** The beginning of text: its length in bytes, which are there. */
  public int readStringHeader(String field) {
    int tag = peek(field);
    if (tag >= 0xa0 && tag < 0xc0) {
      return body(field, 1, tag & 0x1f);
    }
    return switch (tag) {
      case 0xd9 -> body(field, 2, length(field, 1));
      case 0xda -> body(field, 3, length(field, 2));
      case 0xdb -> body(field, 5, length(field, 4));
      default -> throw unexpected(field, at, "text");
    };
  }

  /** Bytes, as an array of the caller's own. */
  public byte[] readBin(String field) {
    return readRaw(field, readBinHeader(field));
  }

  /** At most so many bytes. */
  public byte[] readBin(String field, int maxBytes) {
    int from = at;
    int length = readBinHeader(field);
    checkLimit(field, from, length, maxBytes);
    return readRaw(field, length);
  }

  /** The beginning of bytes: their number; they are there. */
  public int readBinHeader(String field) {
    return switch (peek(field)) {
      case 0xc4 -> body(field, 2, length(field, 1));
      case 0xc5 -> body(field, 3, length(field, 2));
      case 0xc6 -> body(field, 5, length(field, 4));
      default -> throw unexpected(field, at, "bytes");
    };
  }

  /** The beginning of a list: how many values follow, never more than bytes are left. */
  public int readArrayHeader(String field) {
    int tag = peek(field);
    if (tag >= 0x90 && tag < 0xa0) {
      return count(field, 1, tag & 0x0f, 1);
    }
    return switch (tag) {
      case 0xdc -> count(field, 3, length(field, 2), 1);
      case 0xdd -> count(field, 5, length(field, 4), 1);
      default -> throw unexpected(field, at, "a list");
    };
  }

  /** The beginning of a list of at most so many values. */
  public int readArrayHeader(String field, int maxCount) {
    int from = at;
    int count = readArrayHeader(field);
    checkLimit(field, from, count, maxCount);
    return count;
  }

  /** The beginning of a map: how many pairs follow, never more than half the bytes left. */
  public int readMapHeader(String field) {
    int tag = peek(field);
    if (tag >= 0x80 && tag < 0x90) {
      return count(field, 1, tag & 0x0f, 2);
    }
    return switch (tag) {
      case 0xde -> count(field, 3, length(field, 2), 2);
      case 0xdf -> count(field, 5, length(field, 4), 2);
      default -> throw unexpected(field, at, "a map");
    };
  }

  /** The beginning of a map of at most so many pairs. */
  public int readMapHeader(String field, int maxCount) {
    int from = at;
    int count = readMapHeader(field);
    checkLimit(field, from, count, maxCount);
    return count;
  }

  /**
   * The beginning of an extension: the number of its bytes, which are there. Its type is then
   * {@link #extType()}.
   */
  public int readExtHeader(String field) {
    int tag = peek(field);
    return switch (tag) {
      case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8 -> extBody(field, 1, 1L << (tag - 0xd4));
      case 0xc7 -> extBody(field, 2, length(field, 1));
      case 0xc8 -> extBody(field, 3, length(field, 2));
      case 0xc9 -> extBody(field, 5, length(field, 4));
      default -> throw unexpected(field, at, "an extension");
    };
  }

  /** The type number of the extension whose header was read last, -128 to 127. */
  public int extType() {
    return extType;
  }

  /** Bytes as they are: the body after a header. */
  public byte[] readRaw(String field, int length) {
    need(field, length);
    var copy = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return copy;
  }

  /** Four raw bytes, big-endian: inside an extension. */
  public int readRawInt(String field) {
    need(field, 4);
    int value = (int) INT.get(bytes, at);
    at += 4;
    return value;
  }

  /** Eight raw bytes, big-endian: inside an extension. */
  public long readRawLong(String field) {
    need(field, 8);
    long value = (long) LONG.get(bytes, at);
    at += 8;
    return value;
  }

  /** Passes over bytes as they are: the body after a header. */
  public void skipRaw(String field, int length) {
    need(field, length);
    at += length;
  }

  /** Passes over one value with all it holds. */
  public void skip(String field) {
    switch (nextType(field)) {
      case NIL, BOOL -> at++;
      case INT -> skipInt(field);
      case FLOAT -> skipRaw(field, peek(field) == 0xca ? 5 : 9);
      case STR -> skipRaw(field, readStringHeader(field));
      case BIN -> skipRaw(field, readBinHeader(field));
      case EXT -> skipRaw(field, readExtHeader(field));
      case ARRAY -> skipAll(field, readArrayHeader(field));
      case MAP -> skipAll(field, 2L * readMapHeader(field));
    }
  }

  /**
   * Steps into a list, map or record; {@link #leave()} steps out. Only needed by code that recurses
   * as deep as the input says.
   *
   * @throws ProtocolException beyond {@value #MAX_DEPTH} levels
   */
  public void enter(String field) {
    if (++depth > MAX_DEPTH) {
      throw wrong(field, at, "nested deeper than " + MAX_DEPTH + " levels");
    }
  }

  /** Steps out of a list, map or record. */
  public void leave() {
    depth--;
  }

  /** The error of a value that is well-formed but wrong, at the place where reading stands. */
  public ProtocolException wrong(String field, String what) {
    return wrong(field, at, what);
  }

  /** Passes over exactly these bytes if they come next. */
  boolean tryRaw(byte[] expected) {
    int to = at + expected.length;
    if (expected.length > end - at || !Arrays.equals(bytes, at, to, expected, 0, to - at)) {
      return false;
    }
    at = to;
    return true;
  }

  private void skipAll(String field, long count) {
    enter(field);
    for (long i = 0; i < count; i++) {
      skip(field);
    }
    leave();
  }

  private void skipInt(String field) {
    int tag = peek(field);
    if (tag < 0x80 || tag >= 0xe0) {
      at++;
    } else {
      skipRaw(field, 1 + (1 << (tag & 3))); // cc..cf and d0..d3: 1, 2, 4 and 8 bytes
    }
  }

  private long readWide(String field, int tag, String wanted) {
    if (tag < 0xcc || tag > 0xd3) {
      throw unexpected(field, at, wanted);
    }
    int width = 1 << (tag & 3);
    need(field, 1 + width);
    int from = at + 1;
    at = from + width;
    return switch (tag) {
      case 0xcc -> bytes[from] & 0xff;
      case 0xcd -> (short) SHORT.get(bytes, from) & 0xffff;
      case 0xce -> (int) INT.get(bytes, from) & 0xffff_ffffL;
      case 0xd0 -> bytes[from];
      case 0xd1 -> (short) SHORT.get(bytes, from);
      case 0xd2 -> (int) INT.get(bytes, from);
      default -> (long) LONG.get(bytes, from);
    };
  }

  private int readStringHeaderAhead(String field) {
    int from = at;
    int length = readStringHeader(field);
    at = from;
    return length;
  }

  private int peek(String field) {
    if (at >= end) {
      throw wrong(field, at, "the bytes end here");
    }
    return bytes[at] & 0xff;
  }

  private void need(String field, int count) {
    if (count < 0 || count > end - at) {
      throw wrong(field, at, "needs " + count + " bytes, " + (end - at) + " are left");
    }
  }

  /** The length of {@code width} bytes after the tag. */
  private long length(String field, int width) {
    need(field, 1 + width);
    return switch (width) {
      case 1 -> bytes[at + 1] & 0xff;
      case 2 -> (short) SHORT.get(bytes, at + 1) & 0xffff;
      default -> (int) INT.get(bytes, at + 1) & 0xffff_ffffL;
    };
  }

  private int body(String field, int header, long length) {
    if (length > end - at - header) {
      throw wrong(field, at, "claims " + length + " bytes, " + (end - at - header) + " are left");
    }
    at += header;
    return (int) length;
  }

  private int count(String field, int header, long count, int bytesEach) {
    if (count * bytesEach > end - at - header) {
      throw wrong(field, at, "claims " + count + " elements in " + (end - at - header) + " bytes");
    }
    at += header;
    return (int) count;
  }

  private int extBody(String field, int header, long length) {
    need(field, header + 1);
    int type = bytes[at + header];
    int checked = body(field, header + 1, length);
    extType = type;
    return checked;
  }

  private void checkLimit(String field, int from, int found, int max) {
    if (found > max) {
      throw wrong(field, from, found + " is more than the limit of " + max);
    }
  }

  private ProtocolException unexpected(String field, int from, String wanted) {
    return wrong(
        field, from, "not " + wanted + " but 0x" + Integer.toHexString(bytes[from] & 0xff));
  }

  private ProtocolException wrong(String field, int from, String what) {
    return new ProtocolException(field, from - start, what);
  }
}
