package io.sennit.causal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sennit.causal.Origin;
import io.sennit.core.ProtocolException;
import java.util.Arrays;

/**
 * Reads the parts of frames and records. Every read says what it reads and checks its limit before
 * anything is allocated.
 */
public final class FrameReader {
  private final byte[] bytes;
  private int at;

  /** At the beginning. */
  public FrameReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What is wrong here. */
  public ProtocolException wrong(String field, String what) {
    return new ProtocolException(field, at, what);
  }

  /** How many bytes are left. */
  public int left() {
    return bytes.length - at;
  }

  /** Nothing may be left. */
  public void end() {
    if (left() > 0) {
      throw wrong("end", left() + " bytes too many");
    }
  }

  /** A number from 0 to 2^63-1, in its shortest form. */
  public long number(String field) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (at == bytes.length) {
        throw wrong(field, "is cut off");
      }
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        if (next == 0 && shift > 0) {
          throw wrong(field, "is not in its shortest form");
        }
        return value;
      }
    }
    throw wrong(field, "is more than 63 bits long");
  }

  /** A number of things that follow, each at least a byte long. */
  public int count(String field, int max) {
    long count = number(field);
    if (count > max) {
      throw wrong(field, count + " is more than " + max);
    }
    if (count > left()) {
      throw wrong(field, count + " things do not fit in " + left() + " bytes");
    }
    return (int) count;
  }

  /** A number from 1. */
  public long seq(String field) {
    long seq = number(field);
    if (seq == 0) {
      throw wrong(field, "is 0; numbers begin at 1");
    }
    return seq;
  }

  /** 64 bits. */
  public long fixed64(String field) {
    if (left() < 8) {
      throw wrong(field, "is cut off");
    }
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at++] & 0xff);
    }
    return value;
  }

  /** Bytes with their number before them; a copy. */
  public byte[] bytes(String field, int max) {
    return raw(field, count(field, max));
  }

  /** So many bytes; a copy. */
  public byte[] raw(String field, int count) {
    if (count > left()) {
      throw wrong(field, "is cut off");
    }
    at += count;
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  /** A name of a member. */
  public String name(String field) {
    var name = new String(bytes(field, Origin.MAX_NAME), ISO_8859_1);
    if (!Origin.isName(name)) {
      throw wrong(field, "is no name");
    }
    return name;
  }

  /** An origin. */
  public Origin origin(String field) {
    return new Origin(name(field), fixed64(field));
  }
}
