package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads fields from a part of an array, front to back. Whatever is missing or malformed is a {@link
 * ProtocolException} that names the field and its offset. Numbers are big-endian; a {@code varint}
 * is unsigned LEB128 in its shortest form (docs/protocol/mesh.md, section 1).
 */
public final class WireReader {
  private static final int MOST_VARINT_BYTES = 10;

  private final byte[] bytes;
  private final int from;
  private final int to;
  private int at;

  /** Over a whole array. */
  public WireReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  /** Over a part of an array. */
  public WireReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.at = from;
  }

  /** The array that is read. */
  public byte[] array() {
    return bytes;
  }

  /** Where in the array the next field begins. */
  public int position() {
    return at;
  }

  /** Bytes not yet read. */
  public int remaining() {
    return to - at;
  }

  /** Whether all was read. */
  public boolean atEnd() {
    return at == to;
  }

  /** A malformed field that begins here. */
  public ProtocolException bad(String field, String what) {
    return new ProtocolException(field, at - from, what);
  }

  /** Requires that nothing is left. */
  public void end(String field) {
    if (at != to) {
      throw bad(field, remaining() + " bytes too many");
    }
  }

  private int take(String field, int count) {
    if (count > to - at) {
      throw bad(field, "needs " + count + " bytes, " + (to - at) + " are left");
    }
    int start = at;
    at += count;
    return start;
  }

  /** One byte, 0 to 255. */
  public int u8(String field) {
    return bytes[take(field, 1)] & 0xff;
  }

  /** Two bytes. */
  public int u16(String field) {
    int i = take(field, 2);
    return (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
  }

  /** Four bytes, all bits. */
  public int u32(String field) {
    return (int) number(field, 4);
  }

  /** Six bytes. */
  public long u48(String field) {
    return number(field, 6);
  }

  /** Eight bytes, all bits. */
  public long u64(String field) {
    return number(field, 8);
  }

  private long number(String field, int count) {
    int i = take(field, count);
    long value = 0;
    for (int n = 0; n < count; n++) {
      value = value << 8 | (bytes[i + n] & 0xff);
    }
    return value;
  }

  /** An unsigned number of up to 64 bits; all bits are given. */
  public long varint(String field) {
    int start = at;
    long value = 0;
    for (int n = 0; n < MOST_VARINT_BYTES; n++) {
      if (at >= to) {
        at = start;
        throw bad(field, "a varint without its end");
      }
      int b = bytes[at++] & 0xff;
      if (n == MOST_VARINT_BYTES - 1 && b > 1) {
        break;
      }
      value |= (long) (b & 0x7f) << (7 * n);
      if (b < 0x80) {
        if (b == 0 && n > 0) {
          at = start;
          throw bad(field, "a varint that is longer than it need be");
        }
        return value;
      }
    }
    at = start;
    throw bad(field, "a varint of more than 64 bits");
  }

  /** An unsigned number of at most {@code max}, which is not negative. */
  public long varint(String field, long max) {
    int start = at;
    long value = varint(field);
    if (value < 0 || value > max) {
      at = start;
      throw bad(field, Long.toUnsignedString(value) + ", at most " + max);
    }
    return value;
  }

  /** The same as an int. */
  public int count(String field, int max) {
    return (int) varint(field, max);
  }

  /** A signed number, zigzag. */
  public long zigzag(String field) {
    long value = varint(field);
    return value >>> 1 ^ -(value & 1);
  }

  /** A signed number within a range. */
  public long zigzag(String field, long min, long max) {
    int start = at;
    long value = zigzag(field);
    if (value < min || value > max) {
      at = start;
      throw bad(field, value + ", from " + min + " to " + max);
    }
    return value;
  }

  /** A copy of so many bytes. */
  public byte[] bytes(String field, int count) {
    int i = take(field, count);
    return Arrays.copyOfRange(bytes, i, i + count);
  }

  /** Length as a varint, then a copy of so many bytes. */
  public byte[] block(String field, int max) {
    return bytes(field, count(field + " length", max));
  }

  /** Skips bytes. */
  public void skip(String field, int count) {
    take(field, count);
  }

  /** Length as a varint, then text in UTF-8 without malformed sequences. */
  public String text(String field, int maxBytes) {
    return utf8(field, count(field + " length", maxBytes));
  }

  /** So many bytes of text in UTF-8 without malformed sequences. */
  public String utf8(String field, int count) {
    int i = take(field, count);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, i, count))
          .toString();
    } catch (CharacterCodingException _) {
      at = i;
      throw bad(field, "text that is not UTF-8");
    }
  }

  /** The rest as a copy. */
  public byte[] rest() {
    int i = at;
    at = to;
    return Arrays.copyOfRange(bytes, i, to);
  }

  /** A reader over the next bytes, which this one then skips. */
  public WireReader part(String field, int count) {
    int i = take(field, count);
    return new WireReader(bytes, i, i + count);
  }
}
