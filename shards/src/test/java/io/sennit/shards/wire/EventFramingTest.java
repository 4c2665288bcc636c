package io.sennit.shards.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Events on bytes, however these are cut. */
class EventFramingTest {
  private static final class Taken implements Framing.Output {
    final List<String> messages = new ArrayList<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    @Override
    public void message(ByteBuf part, boolean last) {
      var bytes = new byte[part.readableBytes()];
      part.getBytes(part.readerIndex(), bytes);
      parts.writeBytes(bytes);
      if (last) {
        messages.add(Hex.text(parts.toByteArray()));
        parts.reset();
      }
    }

    @Override
    public void answer(ByteBuf frame) {
      throw new AssertionError("it answers nothing");
    }

    @Override
    public void ended() {
      throw new AssertionError("there is no goodbye");
    }
  }

  private static Framing.State state(int max) {
    return new EventFraming().start(false, max, RandomGenerator.getDefault());
  }

  private static byte[] encode(byte[] message) {
    var out = new ByteArrayOutputStream();
    state(1 << 20)
        .encode(
            Unpooled.copiedBuffer(message),
            part -> {
              var bytes = new byte[part.readableBytes()];
              part.readBytes(bytes);
              out.writeBytes(bytes);
            });
    return out.toByteArray();
  }

  private static byte[] message(byte[] framed) {
    var bytes = Arrays.copyOf(framed, framed.length - 4);
    System.arraycopy(framed, 8, bytes, 4, framed.length - 8);
    return bytes;
  }

  /**
   * (shards weakness 1) The original reads each half of a header once and takes what comes: a
   * boundary inside it shifts everything after.
   */
  @Row({"S-every-split", "S-W1"})
  @Test
  void anEventIsTheSameHoweverItIsCut() {
    for (var hex : Vectors.both().keySet()) {
      var bytes = Hex.bytes(hex);
      var want = Hex.text(message(bytes));
      assertThat(Hex.text(encode(message(bytes)))).isEqualTo(Hex.text(bytes));
      for (int cut = 0; cut <= bytes.length; cut++) {
        var state = state(1 << 20);
        var out = new Taken();
        state.decode(Unpooled.wrappedBuffer(bytes, 0, cut), out);
        state.decode(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), out);
        state.decode(Unpooled.wrappedBuffer(bytes, 0, cut), out);
        state.decode(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut), out);
        assertThat(out.messages).containsExactly(want, want);
        state.end();
      }
      var state = state(1 << 20);
      var out = new Taken();
      for (byte b : bytes) {
        state.decode(Unpooled.wrappedBuffer(new byte[] {b}), out);
      }
      assertThat(out.messages).containsExactly(want);
    }
  }

  @Row("S-long-events")
  @Test
  void longEventsComeInParts() {
    var bytes = EventRegistry.encodeMessageRaw(new EventType(100), new byte[100_000]);
    var out = new Taken();
    var state = state(1 << 20);
    state.decode(Unpooled.wrappedBuffer(bytes), out);
    state.decode(Unpooled.wrappedBuffer(Hex.bytes("0300000000000000")), out);
    assertThat(out.messages).containsExactly(Hex.text(message(bytes)), "03000000");
    assertThat(encode(message(bytes))).isEqualTo(bytes);
  }

  /** (shards weakness 2) The original allocates whatever a header says, up to 4 GiB. */
  @Row({"S-oversized", "S-W2"})
  @Test
  void oversizedLengthsAreRefusedBeforeAnythingIsKept() {
    for (var header :
        List.of(
            "64000000 ffffffff", "64000000 fdff0f00", "0b000000 01000001", "01000000 ffffffff")) {
      assertThatThrownBy(
              () ->
                  state(header.startsWith("64") ? 1 << 20 : 64 << 20)
                      .decode(Unpooled.wrappedBuffer(Hex.bytes(header)), new Taken()))
          .as(header)
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("length");
    }
  }

  @Test
  void anEndInsideAnEventIsAnError() {
    var state = state(1 << 20);
    state.decode(Unpooled.wrappedBuffer(Hex.bytes("0b0000")), new Taken());
    assertThatThrownBy(state::end).isInstanceOf(ProtocolException.class);
  }
}
