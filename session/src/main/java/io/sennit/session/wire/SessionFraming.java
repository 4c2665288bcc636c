package io.sennit.session.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Four bytes of length, then the message: for links of the session that lie on bytes themselves. On
 * links that ride on the grid it does not apply. {@code docs/protocol/session.md} §4.
 */
public final class SessionFraming implements Framing {
  private static final int HEADER = 4;
  private static final int PART = 32 << 10;

  @Override
  public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
    return new Lengths(maxMessage);
  }

  private static final class Lengths implements State {
    private final int maxMessage;
    private final byte[] header = new byte[HEADER];
    private int headerBytes;
    private int left;
    private boolean whole;
    private byte[] held = new byte[0];
    private int heldBytes;

    Lengths(int maxMessage) {
      this.maxMessage = maxMessage;
    }

    @Override
    public void encode(ByteBuf message, Consumer<ByteBuf> out) {
      out.accept(Unpooled.buffer(HEADER, HEADER).writeInt(message.readableBytes()));
      out.accept(message);
    }

    @Override
    public void decode(ByteBuf in, Output out) {
      while (in.isReadable()) {
        if (headerBytes < HEADER) {
          header[headerBytes++] = in.readByte();
          if (headerBytes < HEADER) {
            continue;
          }
          begin(out);
        } else if (whole) {
          collect(in, out);
        } else {
          pass(in, out);
        }
      }
    }

    private void begin(Output out) {
      left = Unpooled.wrappedBuffer(header).readInt();
      if (left < 0 || left > maxMessage) {
        throw new ProtocolException("length", 0, left + " is not in 0 to " + maxMessage);
      }
      whole = left <= PART;
      heldBytes = 0;
      if (left == 0) {
        headerBytes = 0;
        out.message(Unpooled.wrappedBuffer(new byte[0]), true);
      }
    }

    /** A message that must be handed out whole: lent where it lies, or put together first. */
    private void collect(ByteBuf in, Output out) {
      if (heldBytes == 0 && in.readableBytes() >= left) {
        headerBytes = 0;
        out.message(in.readSlice(left), true);
        return;
      }
      int size = heldBytes + left;
      if (held.length < size) {
        held = new byte[size];
      }
      int n = Math.min(left, in.readableBytes());
      in.readBytes(held, heldBytes, n);
      heldBytes += n;
      left -= n;
      if (left == 0) {
        headerBytes = 0;
        out.message(Unpooled.wrappedBuffer(held, 0, heldBytes), true);
      }
    }

    private void pass(ByteBuf in, Output out) {
      int n = Math.min(Math.min(left, PART), in.readableBytes());
      left -= n;
      if (left == 0) {
        headerBytes = 0;
      }
      out.message(in.readSlice(n), left == 0);
    }

    @Override
    public void end() {
      if (headerBytes > 0) {
        throw new ProtocolException("message", headerBytes, "the bytes ended inside it");
      }
    }
  }
}
