package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A window on one received message: a MessagePack array of seven, then subroute and checksum if
 * flagged; docs/protocol/grid.md §3.1. It is pointed at bytes again and again, so that reading a
 * message allocates nothing but its payload. For one thread.
 */
public final class Envelope {
  static final int CRC_BYTES = 4;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[0];
  private int start;
  private int end; // of the whole message
  private int at; // while parsing
  private long mux;
  private int seq;
  private int deadlineMs;
  private int handler;
  private int op;
  private int flags;
  private int payload;
  private int payloadLength;
  private int subroute;

  /** Pointed at nothing. */
  public Envelope() {}

  /**
   * Points it at a message and checks everything about it but the meaning of its fields.
   *
   * @throws ProtocolException naming field and offset; fatal for the connection
   */
  public void parse(byte[] message, int offset, int length) throws ProtocolException {
    bytes = message;
    start = offset;
    at = offset;
    end = offset + length;
    if (length < 1 || message[at++] != (byte) 0x97) {
      throw bad("envelope", "not an array of seven");
    }
    mux = unsigned64("mux");
    seq = (int) unsigned("seq", 0xffff_ffffL);
    deadlineMs = (int) unsigned("deadline", 0xffff_ffffL);
    handler = (int) unsigned("handler", 0xff);
    op = (int) unsigned("op", 0xff);
    flags = (int) unsigned("flags", 0xff);
    payloadLength = binHeader();
    payload = at;
    at += payloadLength;
    subroute = -1;
    if ((flags & Flags.SUBROUTE) != 0) {
      if (end - at < SubrouteId.SIZE) {
        throw bad("subroute", "cut short");
      }
      subroute = at;
      at += SubrouteId.SIZE;
    }
    int body = at;
    int bodyEnd = end;
    if ((flags & Flags.CRC) != 0) {
      bodyEnd = end - CRC_BYTES;
      if (bodyEnd < body) {
        throw bad("crc", "cut short");
      }
      int sent = (int) LITTLE_INT.get(message, bodyEnd);
      int computed = Xxh3.checksum(message, offset, body - offset);
      if (sent != computed) {
        throw bad("crc", "is %08x, computed %08x".formatted(sent, computed));
      }
    }
    if (op == Op.MERGED.code()) {
      at = body;
      end = bodyEnd; // what lies between is the list
    } else if (bodyEnd != body) {
      throw bad("envelope", (bodyEnd - body) + " bytes left over");
    }
  }

  /** Of a merged message: how many sub-messages it claims. */
  public int mergedCount() {
    return seq;
  }

  /** Of a merged message: where its list begins in {@link #bytes()}. */
  public int mergedStart() {
    return at;
  }

  /** Of a merged message: where its list ends. */
  public int mergedEnd() {
    return end;
  }

  /** The array it is pointed at; lent by whoever called {@link #parse}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Unsigned 64 bits; 0 is the connection itself. */
  public long mux() {
    return mux;
  }

  /** Unsigned 32 bits. */
  public int seq() {
    return seq;
  }

  /** Unsigned 32 bits of milliseconds; 0 is none. */
  public int deadlineMs() {
    return deadlineMs;
  }

  /** 0 to 255. */
  public int handler() {
    return handler;
  }

  /** 0 to 255; see {@link Op}. */
  public int op() {
    return op;
  }

  /** See {@link Flags}. */
  public int flags() {
    return flags;
  }

  /** Whether any of {@code wanted} is set. */
  public boolean has(int wanted) {
    return (flags & wanted) != 0;
  }

  /** Where the payload begins in {@link #bytes()}. */
  public int payloadOffset() {
    return payload;
  }

  /** Bytes of the payload. */
  public int payloadLength() {
    return payloadLength;
  }

  /** Whether there is a payload: not empty, or flagged as empty on purpose. */
  public boolean hasPayload() {
    return payloadLength > 0 || (flags & Flags.ZERO) != 0;
  }

  /** A copy of the payload; empty when absent. */
  public byte[] payload() {
    return Arrays.copyOfRange(bytes, payload, payload + payloadLength);
  }

  /** The subroute's key, if one came along. */
  public @Nullable SubrouteId subroute() {
    return subroute < 0 ? null : SubrouteId.read(bytes, subroute);
  }

  /** A copy that lives on: for tests and tools. */
  public Message toMessage() {
    return new Message(
        mux, seq, deadlineMs, handler, op, flags & ~Flags.CRC, payload(), subroute());
  }

  private long unsigned(String field, long max) {
    byte b = next(field);
    if (b >= 0) {
      return b;
    }
    long value = wide(field, b);
    if (value < 0 || value > max) {
      throw bad(field, "does not fit its width");
    }
    return value;
  }

  private long unsigned64(String field) {
    byte b = next(field);
    return b >= 0 ? b : wide(field, b);
  }

  private long wide(String field, byte form) {
    int from = at;
    switch (form) {
      case (byte) 0xcc -> {
        need(field, 1);
        return bytes[from] & 0xff;
      }
      case (byte) 0xcd -> {
        need(field, 2);
        return (short) SHORT.get(bytes, from) & 0xffff;
      }
      case (byte) 0xce -> {
        need(field, 4);
        return (int) INT.get(bytes, from) & 0xffff_ffffL;
      }
      case (byte) 0xcf -> {
        need(field, 8);
        long value = (long) LONG.get(bytes, from);
        if (value < 0 && !field.equals("mux")) {
          throw bad(field, "does not fit its width");
        }
        return value;
      }
      case (byte) 0xd0 -> {
        need(field, 1);
        return positive(field, bytes[from]);
      }
      case (byte) 0xd1 -> {
        need(field, 2);
        return positive(field, (short) SHORT.get(bytes, from));
      }
      case (byte) 0xd2 -> {
        need(field, 4);
        return positive(field, (int) INT.get(bytes, from));
      }
      case (byte) 0xd3 -> {
        need(field, 8);
        return positive(field, (long) LONG.get(bytes, from));
      }
      default -> throw bad(field, "not an unsigned number");
    }
  }

  private long positive(String field, long value) {
    if (value < 0) {
      throw bad(field, "negative");
    }
    return value;
  }

  private int binHeader() {
    byte form = next("payload");
    long length =
        switch (form) {
          case (byte) 0xc4 -> {
            need("payload", 1);
            yield bytes[at - 1] & 0xff;
          }
          case (byte) 0xc5 -> {
            need("payload", 2);
            yield (short) SHORT.get(bytes, at - 2) & 0xffff;
          }
          case (byte) 0xc6 -> {
            need("payload", 4);
            yield (int) INT.get(bytes, at - 4) & 0xffff_ffffL;
          }
          default -> throw bad("payload", "not binary");
        };
    if (length > end - at) {
      throw bad("payload", "claims " + length + " of " + (end - at) + " bytes");
    }
    return (int) length;
  }

  private byte next(String field) {
    if (at >= end) {
      throw bad(field, "cut short");
    }
    return bytes[at++];
  }

  private void need(String field, int count) {
    if (end - at < count) {
      throw bad(field, "cut short");
    }
    at += count;
  }

  private ProtocolException bad(String field, String what) {
    return new ProtocolException(field, at - start, what);
  }
}
