package io.sennit.grid.engine;

import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Loop;
import io.sennit.grid.wire.Envelope;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Large payloads on their way in, in one direction; each is gathered straight in its final array.
 */
final class Parts {
  /** The most payloads a peer may have half sent at once. */
  static final int AT_ONCE = 1024;

  /** An array above this is made off the loop: clearing 64 MiB takes tens of milliseconds. */
  static final int LARGE = 1 << 20;

  /** Parts that may wait for such an array; with more, waiting is what costs. */
  private static final int EARLY = 1 << 20;

  private static final class Whole implements Done<byte[]> {
    final int size;
    int length;
    private byte @Nullable [] bytes;
    private final ArrayDeque<byte[]> early = new ArrayDeque<>();
    private boolean dropped;

    Whole(int size, Loop loop) {
      this.size = size;
      if (size > LARGE) {
        loop.offload(() -> new byte[size], this);
      } else {
        bytes = new byte[size];
      }
    }

    @Override
    public void ok(byte[] made) {
      if (bytes == null && !dropped) {
        use(made);
      }
    }

    @Override
    public void failed(SennitException why) {
      // the loop makes it when the next part comes, or fails with the connection as always
    }

    private byte[] use(byte[] made) {
      int at = 0;
      for (var part : early) {
        System.arraycopy(part, 0, made, at, part.length);
        at += part.length;
      }
      early.clear();
      bytes = made;
      return made;
    }

    byte[] bytes() {
      var there = bytes;
      return there != null ? there : use(new byte[size]);
    }

    void append(Envelope part) {
      int n = part.payloadLength();
      if (n > size - length) {
        throw new ProtocolException("part", -1, "goes beyond the size announced");
      }
      if (bytes == null && length + n <= EARLY) {
        early.add(Arrays.copyOfRange(part.bytes(), part.payloadOffset(), part.payloadOffset() + n));
      } else {
        System.arraycopy(part.bytes(), part.payloadOffset(), bytes(), length, n);
      }
      length += n;
    }
  }

  private final Loop loop;
  private final int maxMessage;
  private final long maxBytes;
  private final MuxTable<Whole> open = new MuxTable<>();
  private long held;

  /**
   * Empty.
   *
   * @param loop where all of it happens
   * @param maxBytes of all that may be half sent at once
   */
  Parts(Loop loop, int maxMessage, long maxBytes) {
    this.loop = loop;
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
      whole = new Whole((int) size, loop);
      held += size;
      open.put(part.mux(), whole);
    }
    whole.append(part);
  }

  /** Takes the last part and gives the whole. */
  byte[] finish(Envelope last) throws ProtocolException {
    var whole = open.remove(last.mux());
    if (whole == null) {
      throw new ProtocolException("part", -1, "the last of none");
    }
    held -= whole.size;
    whole.append(last);
    if (whole.length != whole.size) {
      throw new ProtocolException(
          "part", -1, "ends at " + whole.length + " of " + whole.size + " bytes");
    }
    return whole.bytes();
  }

  /** Forgets what was sent of a payload. */
  void drop(long mux) {
    @Nullable Whole whole = open.remove(mux);
    if (whole != null) {
      held -= whole.size;
      whole.dropped = true;
    }
  }
}
