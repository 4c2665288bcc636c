package io.sennit.grid.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing.Output;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * Takes frames apart. A message that lies whole in the bytes at hand is lent on as it lies there;
 * one that is split and short is joined; a longer one than {@value #WHOLE} bytes goes on in parts.
 */
final class WebSocketDecoder {
  static final int WHOLE = 32 * 1024;

  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int CONTROL_MAX = 125;

  private final boolean dialer;
  private final int maxMessage;
  private final RandomGenerator masks;

  private final byte[] header = new byte[14];
  private int headerLength; // of what was gathered so far
  private boolean inPayload;
  private long frameLeft;
  private long frameRead;
  private boolean fin;
  private int opcode;
  private boolean masked;
  private int key;

  private boolean inMessage; // a data frame has begun a message that is not finished
  private boolean discarding; // it is a text message nobody wants
  private boolean firstMessage = true;
  private long messageLength; // bytes of the finished frames and this one
  private byte[] held = {};
  private int heldLength;

  private final byte[] control = new byte[CONTROL_MAX];
  private int controlLength;
  private boolean ended;
  private long offset; // in the whole stream of bytes, for errors

  WebSocketDecoder(boolean dialer, int maxMessage, RandomGenerator masks) {
    this.dialer = dialer;
    this.maxMessage = maxMessage;
    this.masks = masks;
  }

  void decode(ByteBuf in, Output out) {
    while (in.isReadable() && !ended) {
      if (!inPayload && !readHeader(in)) {
        return;
      }
      if (opcode >= CLOSE) {
        controlPayload(in, out);
      } else {
        dataPayload(in, out);
      }
    }
    if (ended) {
      in.skipBytes(in.readableBytes()); // nothing counts after a close
    }
  }

  void end() {
    if (!ended && (inPayload || inMessage || headerLength > 0)) {
      throw bad(WebSocketFraming.CUT, "the bytes end inside a message");
    }
  }

  /** Gathers a header; true once it is complete (its payload may be empty). */
  private boolean readHeader(ByteBuf in) {
    while (headerLength < 2 || headerLength < wanted()) {
      if (!in.isReadable()) {
        return false;
      }
      header[headerLength++] = in.readByte();
      offset++;
      if (headerLength == 2) {
        checkStart();
      }
    }
    begin();
    headerLength = 0;
    inPayload = true;
    return true;
  }

  private int wanted() {
    int short7 = header[1] & 0x7f;
    return 2 + (short7 == 126 ? 2 : short7 == 127 ? 8 : 0) + ((header[1] & 0x80) != 0 ? 4 : 0);
  }

  private void checkStart() {
    int first = header[0] & 0xff;
    if ((first & 0x70) != 0) {
      throw bad("frame", "reserved bits are set");
    }
    int code = first & 0x0f;
    if (code > BINARY && code < CLOSE || code > PONG) {
      throw bad("frame", "unknown opcode " + code);
    }
    boolean isMasked = (header[1] & 0x80) != 0;
    if (isMasked == dialer) {
      throw bad(
          "mask", dialer ? "a masked frame from an acceptor" : "an unmasked frame from a dialer");
    }
    if (code >= CLOSE && ((first & 0x80) == 0 || (header[1] & 0x7f) > CONTROL_MAX)) {
      throw bad("frame", "a control frame that is fragmented or too long");
    }
  }

  private void begin() {
    int first = header[0] & 0xff;
    fin = (first & 0x80) != 0;
    opcode = first & 0x0f;
    masked = (header[1] & 0x80) != 0;
    int at = 2;
    long length = header[1] & 0x7f;
    if (length == 126) {
      length = (header[2] & 0xff) << 8 | (header[3] & 0xff);
      at = 4;
    } else if (length == 127) {
      length = 0;
      for (int i = 2; i < 10; i++) {
        length = length << 8 | (header[i] & 0xff);
      }
      at = 10;
    }
    if (masked) {
      key =
          (header[at] & 0xff) << 24
              | (header[at + 1] & 0xff) << 16
              | (header[at + 2] & 0xff) << 8
              | (header[at + 3] & 0xff);
    }
    frameLeft = length;
    frameRead = 0;
    if (opcode >= CLOSE) {
      controlLength = 0;
      return;
    }
    if (length < 0 || length > maxMessage - messageLength) {
      throw bad("message", "longer than " + maxMessage + " bytes");
    }
    if (opcode == CONTINUATION) {
      if (!inMessage) {
        throw bad("frame", "a continuation of nothing");
      }
    } else {
      if (inMessage) {
        throw bad("frame", "a new message inside another");
      }
      inMessage = true;
      discarding = opcode == TEXT && !(firstMessage && !dialer);
      firstMessage = false;
    }
    messageLength += length;
  }

  private void dataPayload(ByteBuf in, Output out) {
    int n = (int) Math.min(frameLeft, in.readableBytes());
    int from = in.readerIndex();
    unmask(in, from, n);
    frameLeft -= n;
    frameRead += n;
    offset += n;
    boolean frameDone = frameLeft == 0;
    boolean last = frameDone && fin;
    if (!discarding) {
      deliver(in, from, n, last, out);
    }
    in.readerIndex(from + n);
    if (frameDone) {
      inPayload = false;
      if (fin) {
        inMessage = false;
        messageLength = 0;
        heldLength = 0;
      }
    }
  }

  private void deliver(ByteBuf in, int from, int n, boolean last, Output out) {
    if (last && n == messageLength && n <= WHOLE) {
      lend(in, from, n, true, out);
    } else if (messageLength > WHOLE) {
      if (heldLength > 0) {
        out.message(Unpooled.wrappedBuffer(held, 0, heldLength), false);
        heldLength = 0;
      }
      int done = 0;
      do {
        int piece = Math.min(WHOLE, n - done);
        lend(in, from + done, piece, last && done + piece == n, out);
        done += piece;
      } while (done < n);
    } else {
      if (held.length < messageLength) {
        held =
            java.util.Arrays.copyOf(held, (int) Math.min(WHOLE, Math.max(1024, 2 * messageLength)));
      }
      in.getBytes(from, held, heldLength, n);
      heldLength += n;
      if (last) {
        out.message(Unpooled.wrappedBuffer(held, 0, heldLength), true);
      }
    }
  }

  /** Lends a range of {@code in} by moving its indices for the while: no object is made. */
  private static void lend(ByteBuf in, int from, int n, boolean last, Output out) {
    int reader = in.readerIndex();
    int writer = in.writerIndex();
    in.setIndex(from, from + n);
    out.message(in, last);
    in.setIndex(reader, writer);
  }

  private void controlPayload(ByteBuf in, Output out) {
    int n = (int) Math.min(frameLeft, in.readableBytes());
    int from = in.readerIndex();
    unmask(in, from, n);
    in.readBytes(control, controlLength, n);
    controlLength += n;
    frameLeft -= n;
    frameRead += n;
    offset += n;
    if (frameLeft > 0) {
      return;
    }
    inPayload = false;
    switch (opcode) {
      case PING -> out.answer(answer(PONG, controlLength));
      case CLOSE -> {
        checkClose();
        ended = true;
        out.answer(answer(CLOSE, Math.min(controlLength, 2)));
        out.ended();
      }
      default -> {
        // a pong nobody asked for means nothing
      }
    }
  }

  private ByteBuf answer(int code, int length) {
    return WebSocketFraming.control(code, control, length, dialer, dialer ? masks.nextInt() : 0);
  }

  private void checkClose() {
    if (controlLength == 0) {
      return;
    }
    int code = controlLength == 1 ? 0 : (control[0] & 0xff) << 8 | (control[1] & 0xff);
    boolean known = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    if (!known && (code < 3000 || code > 4999)) {
      throw bad("close", "code " + code + " may not be sent");
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(control, 2, controlLength - 2));
    } catch (CharacterCodingException e) {
      throw bad("close", "its reason is not UTF-8");
    }
  }

  private void unmask(ByteBuf in, int from, int n) {
    if (masked && n > 0) {
      Masking.apply(in.array(), in.arrayOffset() + from, n, key, (int) (frameRead & 3));
    }
  }

  private ProtocolException bad(String field, String what) {
    return new ProtocolException(field, offset, what);
  }
}
