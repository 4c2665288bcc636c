package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The types of values in transport data and in maps, and how each lies on bytes
 * (docs/protocol/mesh.md, section 8). Unsigned numbers are held as bits: of 8 and 16 bits in an
 * {@link Integer}, of 32 and 64 bits in a {@link Long}.
 */
public enum TypeCode {
  /** {@link Boolean}. */
  BOOL(1),
  /** {@link Byte}. */
  INT8(2),
  /** {@link Integer}, 0 to 255. */
  UINT8(3),
  /** {@link Short}. */
  INT16(4),
  /** {@link Integer}, 0 to 65535. */
  UINT16(5),
  /** {@link Integer}. */
  INT32(6),
  /** {@link Long}, 0 to 2^32 - 1. */
  UINT32(7),
  /** {@link Long}. */
  INT64(8),
  /** {@link Long}, all bits. */
  UINT64(9),
  /** {@link Long}. */
  INT(10),
  /** {@link Float}. */
  FLOAT32(11),
  /** {@link Double}. */
  FLOAT64(12),
  /** {@link String}. */
  STRING(13),
  /** {@code byte[]}. */
  BYTES(14);

  /** Added to the code of an element: an array of it. */
  public static final int ARRAY = 32;

  /** Bytes of the longest value. */
  public static final int MAX_BYTES = Frame.MAX_MESSAGE;

  private static final TypeCode[] ALL = values();

  private final int code;

  TypeCode(int code) {
    this.code = code;
  }

  /** Its number on the wire. */
  public int code() {
    return code;
  }

  /**
   * The type of a number.
   *
   * @throws ProtocolException if there is none
   */
  public static TypeCode of(int code, WireReader in) {
    if (code < 1 || code > ALL.length) {
      throw in.bad("type code", code + " is not known");
    }
    return ALL[code - 1];
  }

  /** Bytes that a value takes at least. */
  int least() {
    return switch (this) {
      case FLOAT32 -> 4;
      case FLOAT64 -> 8;
      default -> 1;
    };
  }

  /** Writes a value of the type's class, in its range. */
  public void write(WireWriter out, Object value) {
    switch (this) {
      case BOOL -> out.u8((Boolean) value ? 1 : 0);
      case INT8 -> out.u8((Byte) value);
      case UINT8 -> out.u8((Integer) value);
      case INT16 -> out.zigzag((Short) value);
      case UINT16, INT32 -> writeInt(out, (Integer) value);
      case UINT32, UINT64 -> out.varint((Long) value);
      case INT64, INT -> out.zigzag((Long) value);
      case FLOAT32 -> out.u32(Float.floatToRawIntBits((Float) value));
      case FLOAT64 -> out.u64(Double.doubleToRawLongBits((Double) value));
      case STRING -> out.block(((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> out.block((byte[]) value);
    }
  }

  private void writeInt(WireWriter out, int value) {
    if (this == UINT16) {
      out.varint(value);
    } else {
      out.zigzag(value);
    }
  }

  /**
   * Reads a value.
   *
   * @throws ProtocolException if it is malformed
   */
  public Object read(WireReader in) {
    return switch (this) {
      case BOOL -> {
        int value = in.u8("bool");
        if (value > 1) {
          throw in.bad("bool", value + " is neither 0 nor 1");
        }
        yield value == 1;
      }
      case INT8 -> (byte) in.u8("int8");
      case UINT8 -> in.u8("uint8");
      case INT16 -> (short) in.zigzag("int16", Short.MIN_VALUE, Short.MAX_VALUE);
      case UINT16 -> in.count("uint16", 65_535);
      case INT32 -> (int) in.zigzag("int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
      case UINT32 -> in.varint("uint32", 0xffff_ffffL);
      case INT64, INT -> in.zigzag("int64");
      case UINT64 -> in.varint("uint64");
      case FLOAT32 -> Float.intBitsToFloat(in.u32("float32"));
      case FLOAT64 -> Double.longBitsToDouble(in.u64("float64"));
      case STRING -> in.text("string", MAX_BYTES);
      case BYTES -> in.block("bytes", MAX_BYTES);
    };
  }

  /** Writes a list of values of the type. */
  public void writeAll(WireWriter out, List<?> values) {
    out.varint(values.size());
    for (var value : values) {
      write(out, value);
    }
  }

  /**
   * Reads a list of values; its count is held against the bytes that are there first.
   *
   * @throws ProtocolException if it is malformed
   */
  public List<Object> readAll(WireReader in) {
    int count = in.count("count", in.remaining() / least());
    var values = new ArrayList<Object>(count);
    for (int i = 0; i < count; i++) {
      values.add(read(in));
    }
    return values;
  }
}
