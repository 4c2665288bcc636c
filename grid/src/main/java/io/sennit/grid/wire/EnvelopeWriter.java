package io.sennit.grid.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Writes messages straight into an array, numbers in their shortest form; grid.md §3.1. */
public final class EnvelopeWriter {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private EnvelopeWriter() {}

  /** Bytes the message will take, trailers included. */
  public static int size(
      long mux, int seq, int deadlineMs, int handler, int op, int flags, int payloadLength) {
    return 1
        + uintSize(mux)
        + uintSize(seq & 0xffff_ffffL)
        + uintSize(deadlineMs & 0xffff_ffffL)
        + (handler < 0x80 ? 1 : 2)
        + (op < 0x80 ? 1 : 2)
        + ((flags & 0x80) == 0 ? 1 : 2)
        + binHeaderSize(payloadLength)
        + payloadLength
        + ((flags & Flags.SUBROUTE) != 0 ? SubrouteId.SIZE : 0)
        + ((flags & Flags.CRC) != 0 ? Envelope.CRC_BYTES : 0);
  }

  /**
   * Writes a message; the flags decide on the trailers.
   *
   * @return the index behind its last byte
   */
  public static int write(
      byte[] to,
      int offset,
      long mux,
      int seq,
      int deadlineMs,
      int handler,
      int op,
      int flags,
      byte[] payload,
      int payloadOffset,
      int payloadLength,
      @Nullable SubrouteId subroute) {
    int at = offset;
    to[at++] = (byte) 0x97;
    at = uint(to, at, mux);
    at = uint(to, at, seq & 0xffff_ffffL);
    at = uint(to, at, deadlineMs & 0xffff_ffffL);
    at = uint(to, at, handler);
    at = uint(to, at, op);
    at = uint(to, at, flags);
    at = binHeader(to, at, payloadLength);
    System.arraycopy(payload, payloadOffset, to, at, payloadLength);
    at += payloadLength;
    if (subroute != null) {
      subroute.write(to, at);
      at += SubrouteId.SIZE;
    }
    if ((flags & Flags.CRC) != 0) {
      LITTLE_INT.set(to, at, Xxh3.checksum(to, offset, at - offset));
      at += Envelope.CRC_BYTES;
    }
    return at;
  }

  /** Bytes of a MessagePack unsigned number in its shortest form. */
  static int uintSize(long value) {
    if (value >= 0 && value < 0x80) {
      return 1;
    }
    if (value < 0 || value > 0xffff_ffffL) {
      return 9;
    }
    return value < 0x100 ? 2 : value < 0x1_0000 ? 3 : 5;
  }

  static int uint(byte[] to, int at, long value) {
    if (value >= 0 && value < 0x80) {
      to[at] = (byte) value;
      return at + 1;
    }
    if (value < 0 || value > 0xffff_ffffL) {
      to[at] = (byte) 0xcf;
      LONG.set(to, at + 1, value);
      return at + 9;
    }
    if (value < 0x100) {
      to[at] = (byte) 0xcc;
      to[at + 1] = (byte) value;
      return at + 2;
    }
    if (value < 0x1_0000) {
      to[at] = (byte) 0xcd;
      SHORT.set(to, at + 1, (short) value);
      return at + 3;
    }
    to[at] = (byte) 0xce;
    INT.set(to, at + 1, (int) value);
    return at + 5;
  }

  static int binHeaderSize(int length) {
    return length < 0x100 ? 2 : length < 0x1_0000 ? 3 : 5;
  }

  static int binHeader(byte[] to, int at, int length) {
    if (length < 0x100) {
      to[at] = (byte) 0xc4;
      to[at + 1] = (byte) length;
      return at + 2;
    }
    if (length < 0x1_0000) {
      to[at] = (byte) 0xc5;
      SHORT.set(to, at + 1, (short) length);
      return at + 3;
    }
    to[at] = (byte) 0xc6;
    INT.set(to, at + 1, length);
    return at + 5;
  }
}
