package io.sennit.grid.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.spi.Framing;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * WebSocket frames as the grid uses them (RFC 6455, grid.md §1): one message is one binary frame,
 * the dialer masks; fragments are accepted, pings and closes answered, no extensions.
 */
public final class WebSocketFraming implements Framing {
  /** Bytes a frame header may take: a message with as many free in front needs no buffer for it. */
  public static final int HEADROOM = 14;

  static final int BINARY = 0x82; // FIN and opcode 2
  private static final int MASKED = 0x80;

  /** The field of the error that says: the bytes ended inside a message. */
  public static final String CUT = "the end";

  /** Without settings. */
  public WebSocketFraming() {}

  @Override
  public State start(boolean dialer, int maxMessage, RandomGenerator masks) {
    return new Codec(dialer, maxMessage, masks);
  }

  /** Frames and unframes for one link. */
  private static final class Codec implements State {
    private final boolean dialer;
    private final RandomGenerator masks;
    private final WebSocketDecoder decoder;

    Codec(boolean dialer, int maxMessage, RandomGenerator masks) {
      this.dialer = dialer;
      this.masks = masks;
      this.decoder = new WebSocketDecoder(dialer, maxMessage, masks);
    }

    @Override
    public void encode(ByteBuf message, Consumer<ByteBuf> out) {
      int length = message.readableBytes();
      int key = 0;
      if (dialer) {
        key = masks.nextInt();
        Masking.apply(
            message.array(), message.arrayOffset() + message.readerIndex(), length, key, 0);
      }
      int header = headerSize(length, dialer);
      if (message.readerIndex() >= header) {
        int from = message.readerIndex() - header;
        writeHeader(message, from, BINARY, length, dialer, key);
        message.readerIndex(from);
      } else {
        var alone = Unpooled.buffer(header, header);
        writeHeader(alone, 0, BINARY, length, dialer, key);
        out.accept(alone.writerIndex(header));
      }
      out.accept(message);
    }

    @Override
    public void decode(ByteBuf in, Output out) {
      decoder.decode(in, out);
    }

    @Override
    public void end() {
      decoder.end();
    }
  }

  static int headerSize(int length, boolean masked) {
    return 2 + (length < 126 ? 0 : length < 0x1_0000 ? 2 : 8) + (masked ? 4 : 0);
  }

  static void writeHeader(ByteBuf to, int index, int first, int length, boolean masked, int key) {
    int at = index;
    int mask = masked ? MASKED : 0;
    to.setByte(at++, first);
    if (length < 126) {
      to.setByte(at++, mask | length);
    } else if (length < 0x1_0000) {
      to.setByte(at++, mask | 126);
      to.setShort(at, length);
      at += 2;
    } else {
      to.setByte(at++, mask | 127);
      to.setLong(at, length);
      at += 8;
    }
    if (masked) {
      to.setInt(at, key);
    }
  }

  /** A whole small control frame, masked when a dialer sends it. */
  static ByteBuf control(int opcode, byte[] payload, int length, boolean dialer, int key) {
    int header = headerSize(length, dialer);
    var frame = Unpooled.buffer(header + length, header + length);
    writeHeader(frame, 0, 0x80 | opcode, length, dialer, key);
    frame.setBytes(header, payload, 0, length);
    if (dialer) {
      Masking.apply(frame.array(), frame.arrayOffset() + header, length, key, 0);
    }
    return frame.setIndex(0, header + length);
  }
}
