package io.sennit.grid.engine;

import io.sennit.core.ProtocolException;
import io.sennit.grid.wire.Envelope;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads on their way in, in one direction; each is gathered straight in its final array.
 */
final class Parts {
  /** The most payloads a peer may have half sent at once. */
  static final int AT_ONCE = 1024;

  private static final class Whole {
    final byte[] bytes;
    int length;

    Whole(int size) {
      this.bytes = new byte[size];
    }
  }

  private final int maxMessage;
  private final long maxBytes;
  private final MuxTable<Whole> open = new MuxTable<>();
  private long held;

  /**
   * Empty.
   *
   * @param maxBytes of all that may be half sent at once
   */
  Parts(int maxMessage, long maxBytes) {
    this.maxMessage = maxMessage;
    this.maxBytes = maxBytes;
  }

  int size() {
    return open.size();
  }

  /** Takes a part that is not the last. */
  void add(Envelope part) throws ProtocolException {
    var whole = open.get(part.mux());
    if (whole == null) {
      long size = part.deadlineMs() & 0xffff_ffffL;
      if (size == 0) {
        return; // goes on with a payload that was given up here while this was on its way
      }
      if (size > maxMessage || size < part.payloadLength()) {
        throw new ProtocolException(
            "part", -1, "announces " + size + " bytes of at most " + maxMessage);
      }
      if (open.size() >= AT_ONCE || held + size > Math.max(maxBytes, maxMessage)) {
        throw new ProtocolException("part", -1, "too many payloads half sent");
      }
      whole = new Whole((int) size);
      held += size;
      open.put(part.mux(), whole);
    }
    append(whole, part);
  }

  /** Takes the last part and gives the whole. */
  byte[] finish(Envelope last) throws ProtocolException {
    var whole = open.remove(last.mux());
    if (whole == null) {
      throw new ProtocolException("part", -1, "the last of none");
    }
    held -= whole.bytes.length;
    append(whole, last);
    if (whole.length != whole.bytes.length) {
      throw new ProtocolException(
          "part", -1, "ends at " + whole.length + " of " + whole.bytes.length + " bytes");
    }
    return whole.bytes;
  }

  /** Forgets what was sent of a payload. */
  void drop(long mux) {
    @Nullable Whole whole = open.remove(mux);
    if (whole != null) {
      held -= whole.bytes.length;
    }
  }

  private static void append(Whole whole, Envelope part) {
    int n = part.payloadLength();
    if (n > whole.bytes.length - whole.length) {
      throw new ProtocolException("part", -1, "goes beyond the size announced");
    }
    System.arraycopy(part.bytes(), part.payloadOffset(), whole.bytes, whole.length, n);
    whole.length += n;
  }
}
