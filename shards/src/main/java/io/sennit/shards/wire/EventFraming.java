package io.sennit.shards.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Events on a connection, docs/protocol/shards.md §1: number and length of the body, four bytes
 * each, little-endian, then the body. A message of a link is the number (four bytes, little-endian)
 * and the body; the length is on the wire only.
 */
public final class EventFraming implements Framing {
  /** Bytes before the body in a message of a link. */
  public static final int NUMBER = 4;

  /** Bytes of the longest body of an event below 100. */
  public static final int MAX_INTERNAL = 16 << 20;

  private static final int PART = 32 << 10;

  /** The framing; it has no state of its own. */
  public EventFraming() {}

  @Override
  public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
    return new Events(maxMessage);
  }

  private static final class Events implements State {
    private final int maxMessage;
    private final byte[] header = new byte[EventRegistry.HEADER];
    private int headerBytes;
    private int left; // of the body
    private boolean whole; // handed out at once, collected in `held`
    private byte[] held = new byte[0];
    private int heldBytes;

    Events(int maxMessage) {
      this.maxMessage = maxMessage;
    }

    @Override
    public void encode(ByteBuf message, Consumer<ByteBuf> out) {
      int body = message.readableBytes() - NUMBER;
      var head = Unpooled.buffer(EventRegistry.HEADER, EventRegistry.HEADER);
      head.writeInt(message.readInt()).writeIntLE(body);
      out.accept(head);
      if (body > 0) {
        out.accept(message);
      } else {
        message.release();
      }
    }

    @Override
    public void decode(ByteBuf in, Output out) {
      while (in.isReadable() || (headerBytes == EventRegistry.HEADER && left == 0)) {
        if (headerBytes < EventRegistry.HEADER) {
          int n = Math.min(EventRegistry.HEADER - headerBytes, in.readableBytes());
          in.readBytes(header, headerBytes, n);
          headerBytes += n;
          if (headerBytes == EventRegistry.HEADER) {
            begin(out);
          }
        } else {
          body(in, out);
        }
      }
    }

    private void begin(Output out) {
      var in = Unpooled.wrappedBuffer(header);
      long id = in.readUnsignedIntLE();
      long length = in.readUnsignedIntLE();
      long most = id < EventType.SHARD_MIGRATION_DATA_START_ID.id() ? MAX_INTERNAL : maxMessage;
      if (length > Math.min(most, (long) maxMessage - NUMBER)) {
        throw new ProtocolException(
            "length", NUMBER, length + " bytes for event " + id + "; at most " + most);
      }
      left = (int) length;
      whole = left + NUMBER <= PART;
      if (whole) {
        if (held.length < left + NUMBER) {
          held = new byte[Math.max(256, left + NUMBER)];
        }
        System.arraycopy(header, 0, held, 0, NUMBER);
        heldBytes = NUMBER;
      } else {
        out.message(Unpooled.wrappedBuffer(header, 0, NUMBER), false);
      }
    }

    private void body(ByteBuf in, Output out) {
      if (whole) {
        int n = Math.min(left, in.readableBytes());
        in.readBytes(held, heldBytes, n);
        heldBytes += n;
        left -= n;
        if (left == 0) {
          headerBytes = 0;
          out.message(Unpooled.wrappedBuffer(held, 0, heldBytes), true);
        }
        return;
      }
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
        throw new ProtocolException("event", headerBytes, "the bytes ended inside it");
      }
    }
  }
}
