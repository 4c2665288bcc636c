package io.sennit.core.loop;

import io.netty.buffer.ByteBuf;
import io.sennit.core.ProtocolException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Joins the parts of a message, within a limit, for engines that want messages whole. */
public final class Assembler {
  private static final int FIRST = 64 << 10;

  private final int maxBytes;
  private byte @Nullable [] bytes;
  private int length;

  /**
   * Empty.
   *
   * @param maxBytes of the longest message
   */
  public Assembler(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether the beginning of a message is held. */
  public boolean isHolding() {
    return bytes != null;
  }

  /**
   * Takes a part; its bytes are copied.
   *
   * @return the whole message after its last part, else null
   * @throws ProtocolException if the message is longer than the limit
   */
  public byte @Nullable [] add(ByteBuf part, boolean last) {
    int n = part.readableBytes();
    if (n > maxBytes - length) {
      int held = length;
      clear();
      throw new ProtocolException("message", held, "longer than " + maxBytes + " bytes");
    }
    var held = bytes;
    if (held == null) {
      held = new byte[last ? n : Math.max(n, Math.min(FIRST, maxBytes))];
    } else if (held.length - length < n) {
      long doubled = Math.min(maxBytes, 2L * held.length);
      held = Arrays.copyOf(held, last ? length + n : (int) Math.max(doubled, length + n));
    }
    part.getBytes(part.readerIndex(), held, length, n);
    length += n;
    if (!last) {
      bytes = held;
      return null;
    }
    var whole = length == held.length ? held : Arrays.copyOf(held, length);
    clear();
    return whole;
  }

  /** Forgets the beginning of a message. */
  public void clear() {
    bytes = null;
    length = 0;
  }
}
