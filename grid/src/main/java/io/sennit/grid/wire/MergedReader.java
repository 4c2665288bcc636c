package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Walks the list of a merged message (grid.md §3.8), strictly: exactly as many sub-messages as
 * claimed, nothing left over, none nested. For one thread, used again and again.
 */
public final class MergedReader {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[0];
  private int start;
  private int at;
  private int end;
  private int left;

  /** Pointed at nothing. */
  public MergedReader() {}

  /**
   * Points it at a merged message's list.
   *
   * @throws ProtocolException if it claims more sub-messages than could fit
   */
  public void start(Envelope outer) throws ProtocolException {
    bytes = outer.bytes();
    start = outer.mergedStart();
    at = start;
    end = outer.mergedEnd();
    left = outer.mergedCount();
    if (left < 0 || left > (end - at) / 2) {
      throw new ProtocolException(
          "merged count",
          0,
          "claims " + (left & 0xffff_ffffL) + " messages in " + (end - at) + " bytes");
    }
  }

  /**
   * Points {@code inner} at the next sub-message.
   *
   * @return false at the end of the list
   * @throws ProtocolException if the list or the sub-message is malformed
   */
  public boolean next(Envelope inner) throws ProtocolException {
    if (left == 0) {
      if (at != end) {
        throw new ProtocolException("merged", at - start, (end - at) + " bytes left over");
      }
      return false;
    }
    left--;
    int length = binHeader();
    if (length > end - at) {
      throw new ProtocolException(
          "merged", at - start, "claims " + length + " of " + (end - at) + " bytes");
    }
    int from = at;
    at += length;
    inner.parse(bytes, from, length);
    return true;
  }

  private int binHeader() {
    int form = end - at < 2 ? -1 : bytes[at] & 0xff;
    switch (form) {
      case 0xc4 -> {
        at += 2;
        return bytes[at - 1] & 0xff;
      }
      case 0xc5 -> {
        if (end - at >= 3) {
          at += 3;
          return (short) SHORT.get(bytes, at - 2) & 0xffff;
        }
      }
      case 0xc6 -> {
        if (end - at >= 5) {
          at += 5;
          int length = (int) INT.get(bytes, at - 4);
          if (length >= 0) {
            return length;
          }
        }
      }
      default -> {
        // falls out to the error
      }
    }
    throw new ProtocolException("merged", at - start, "not a binary value, or cut short");
  }
}
