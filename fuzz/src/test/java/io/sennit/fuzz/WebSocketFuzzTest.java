package io.sennit.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import io.sennit.grid.wire.WebSocketFraming;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames in both roles, cut where the fuzzer likes: the first byte says the role, the second how
 * many lengths of pieces follow, then come these and the frames. However they are cut, the same is
 * found.
 */
class WebSocketFuzzTest {
  private static final int MAX_MESSAGE = 1 << 20;

  static List<byte[]> corpus() {
    return Corpus.of("websocket");
  }

  @MethodSource("corpus")
  @FuzzTest
  void frames(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    boolean dialer = (bytes[0] & 1) != 0;
    int cuts = Math.min(bytes[1] & 0xff, bytes.length - 2);
    var pieces = Arrays.copyOfRange(bytes, 2, 2 + cuts);
    var frames = Arrays.copyOfRange(bytes, 2 + cuts, bytes.length);
    var whole = Invariants.decode(frames, f -> found(dialer, f, new byte[0])).orElseThrow();
    var cut = Invariants.decode(frames, f -> found(dialer, f, pieces)).orElseThrow();
    if (!whole.equals(cut)) {
      throw new AssertionError(whole + " uncut, but cut: " + cut);
    }
    for (var message : whole.messages) {
      if (message.length > frames.length) {
        throw new AssertionError("a message longer than its frames");
      }
      roundTrip(!dialer, message);
    }
  }

  /** What came out of frames until their end or until they were refused. */
  private static final class Found implements Framing.Output {
    final List<byte[]> messages = new ArrayList<>();
    final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    private boolean ended;
    private String refused = "";

    @Override
    public void message(ByteBuf part, boolean last) {
      open.writeBytes(copy(part));
      if (last) {
        messages.add(open.toByteArray());
        open.reset();
      }
    }

    @Override
    public void answer(ByteBuf frame) {
      answers.writeBytes(copy(frame));
      frame.release();
    }

    @Override
    public void ended() {
      ended = true;
    }

    private static byte[] copy(ByteBuf from) {
      var bytes = new byte[from.readableBytes()];
      from.getBytes(from.readerIndex(), bytes);
      return bytes;
    }

    @Override
    public String toString() {
      return messages.stream().map(Invariants::hex).toList()
          + " answers "
          + Invariants.hex(answers.toByteArray())
          + (ended ? " ended " : " ")
          + refused;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Found that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }
  }

  private static Found found(boolean dialer, byte[] frames, byte[] pieces) {
    var found = new Found();
    var state = new WebSocketFraming().start(dialer, MAX_MESSAGE, new Random(1));
    try {
      int from = 0;
      for (int i = 0; from < frames.length; i++) {
        int length = i < pieces.length ? pieces[i] & 0xff : frames.length - from;
        int to = Math.min(frames.length, from + length);
        // a copy: frames are unmasked in place
        var piece = Unpooled.wrappedBuffer(Arrays.copyOfRange(frames, from, to));
        state.decode(piece, found);
        if (piece.isReadable()) {
          throw new AssertionError(piece.readableBytes() + " bytes were not taken");
        }
        from = to;
      }
      state.end();
    } catch (ProtocolException e) {
      found.refused = e.field() + " at " + e.offset() + ": " + e.what();
    } finally {
      state.release();
    }
    return found;
  }

  private static void roundTrip(boolean dialer, byte[] message) {
    var out = new ByteArrayOutputStream();
    new WebSocketFraming()
        .start(dialer, MAX_MESSAGE, new Random(2))
        .encode(
            Unpooled.buffer(message.length).writeBytes(message),
            frame -> out.writeBytes(Found.copy(frame)));
    var back = found(!dialer, out.toByteArray(), new byte[] {1, 0, 3});
    if (back.messages.size() != 1 || !Arrays.equals(back.messages.getFirst(), message)) {
      throw new AssertionError("framed and unframed: " + back);
    }
  }
}
