package io.sennit.grid.wire;

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
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** WebSocket frames as bytes, written here by hand. */
@Row("G-websocket")
class WebSocketTest {
  private static final int MAX = 200_000;

  /** What came out of a decoder. */
  private static final class Found implements Framing.Output {
    final List<byte[]> messages = new ArrayList<>();
    final List<byte[]> answers = new ArrayList<>();
    private final ByteArrayOutputStream open = new ByteArrayOutputStream();
    boolean ended;

    @Override
    public void message(ByteBuf part, boolean last) {
      assertThat(part.readableBytes()).isLessThanOrEqualTo(WebSocketDecoder.WHOLE);
      open.writeBytes(copy(part));
      if (last) {
        messages.add(open.toByteArray());
        open.reset();
      }
    }

    @Override
    public void answer(ByteBuf frame) {
      answers.add(copy(frame));
    }

    @Override
    public void ended() {
      ended = true;
    }
  }

  private static byte[] copy(ByteBuf buffer) {
    var bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    return bytes;
  }

  private static Framing.State state(boolean dialer) {
    return new WebSocketFraming().start(dialer, MAX, new SplittableRandom(5));
  }

  /** As an acceptor or dialer would see these bytes, in pieces of a size. */
  private static Found decode(boolean dialer, byte[] bytes, int piece) {
    var state = state(dialer);
    var found = new Found();
    for (int at = 0; at < bytes.length; at += piece) {
      int n = Math.min(piece, bytes.length - at);
      state.decode(Unpooled.copiedBuffer(bytes, at, n), found);
    }
    return found;
  }

  /** A frame by hand; the key 0 means unmasked. */
  static byte[] frame(int first, byte[] payload, int key) {
    var out = new ByteArrayOutputStream();
    out.write(first);
    int mask = key == 0 ? 0 : 0x80;
    int length = payload.length;
    if (length < 126) {
      out.write(mask | length);
    } else if (length < 65_536) {
      out.write(mask | 126);
      out.writeBytes(Hex.bytes("%04x".formatted(length)));
    } else {
      out.write(mask | 127);
      out.writeBytes(Hex.bytes("%016x".formatted(length)));
    }
    if (key != 0) {
      out.writeBytes(Hex.bytes("%08x".formatted(key)));
    }
    for (int i = 0; i < length; i++) {
      out.write(payload[i] ^ (key >>> 24 - 8 * (i & 3)));
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... all) {
    var out = new ByteArrayOutputStream();
    for (var one : all) {
      out.writeBytes(one);
    }
    return out.toByteArray();
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void theExampleUnmaskedAndMasked() {
    var e1 = Hex.bytes("97 01 00 cd ea60 09 0e 02 c4 02 6869");
    assertThat(frame(0x82, e1, 0))
        .isEqualTo(Hex.bytes("82 0d 97 01 00 cd ea60 09 0e 02 c4 02 6869"));
    var masked = Hex.bytes("82 8d 01020304 96 03 03 c9 eb 62 0a 0a 03 c6 01 6c 68");
    assertThat(frame(0x82, e1, 0x01020304)).isEqualTo(masked);
    assertThat(decode(false, masked, 1000).messages).containsExactly(e1);
    assertThat(decode(true, frame(0x82, e1, 0), 1000).messages).containsExactly(e1);
  }

  @Test
  void encodesMinimallyWithAndWithoutHeadroom() {
    for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 100_000}) {
      for (int room : new int[] {0, WebSocketFraming.HEADROOM}) {
        for (boolean dialer : new boolean[] {false, true}) {
          var payload = random(length);
          var buffer = Unpooled.buffer(room + length).setIndex(room, room);
          buffer.writeBytes(payload);
          var out = new ByteArrayOutputStream();
          state(dialer).encode(buffer, b -> out.writeBytes(copy(b)));
          var bytes = out.toByteArray();
          int header = 2 + (length < 126 ? 0 : length < 65_536 ? 2 : 8) + (dialer ? 4 : 0);
          assertThat(bytes).hasSize(header + length);
          assertThat(bytes[0]).isEqualTo((byte) 0x82);
          assertThat((bytes[1] & 0x80) != 0).isEqualTo(dialer);
          assertThat(decode(!dialer, bytes, 10_000).messages).containsExactly(payload);
        }
      }
    }
  }

  @Test
  void splitAtEveryByte() {
    var bytes =
        join(
            frame(0x82, random(300), 0x11223344),
            frame(0x89, random(5), 0x55667788),
            frame(0x82, random(10), 0x0a0b0c0d));
    for (int at = 0; at <= bytes.length; at++) {
      var state = state(false);
      var found = new Found();
      state.decode(Unpooled.copiedBuffer(bytes, 0, at), found);
      state.decode(Unpooled.copiedBuffer(bytes, at, bytes.length - at), found);
      assertThat(found.messages).containsExactly(random(300), random(10));
      assertThat(found.answers).hasSize(1);
    }
    assertThat(decode(false, bytes, 1).messages).containsExactly(random(300), random(10));
  }

  @Test
  void fragmentsAreJoinedAroundControlFrames() {
    for (int size : new int[] {3, 1000, 20_000, 50_000}) {
      var whole = random(size);
      var bytes =
          join(
              frame(0x02, Arrays.copyOf(whole, size / 3), 0x01010101),
              frame(0x89, new byte[] {7}, 0x02020202),
              frame(0x00, Arrays.copyOfRange(whole, size / 3, size / 2), 0x03030303),
              frame(0x00, new byte[0], 0x05050505),
              frame(0x80, Arrays.copyOfRange(whole, size / 2, size), 0x04040404),
              frame(0x82, new byte[] {1}, 0x04040404));
      for (int piece : new int[] {1, 7, 1000, 1_000_000}) {
        var found = decode(false, bytes, piece);
        assertThat(found.messages).containsExactly(whole, new byte[] {1});
        assertThat(found.answers).containsExactly(Hex.bytes("8a 01 07"));
      }
    }
  }

  @Test
  void anEmptyLastFragmentEndsALongMessage() {
    var whole = random(70_000);
    var bytes = join(frame(0x02, whole, 0x01020304), frame(0x80, new byte[0], 0x01020304));
    assertThat(decode(false, bytes, 4096).messages).containsExactly(whole);
  }

  @Test
  void pingsAndClosesAreAnswered() {
    var found =
        decode(true, join(frame(0x89, new byte[] {1, 2}, 0), frame(0x8a, new byte[] {9}, 0)), 99);
    assertThat(found.answers).hasSize(1);
    assertThat(found.answers.getFirst()).hasSize(2 + 4 + 2);
    assertThat(found.answers.getFirst()[0]).isEqualTo((byte) 0x8a);
    var close =
        decode(
            false,
            join(frame(0x88, Hex.bytes("03e8 6279"), 0x01020304), frame(0x82, random(3), 1)),
            99);
    assertThat(close.ended).isTrue();
    assertThat(close.messages).isEmpty();
    assertThat(close.answers).containsExactly(Hex.bytes("88 02 03e8"));
  }

  @Test
  void textIsDroppedButForAnAcceptorsFirst() {
    var text = frame(0x81, random(9), 0x01020304);
    assertThat(decode(false, join(text, text, frame(0x82, random(4), 3)), 2).messages)
        .containsExactly(random(9), random(4));
    assertThat(decode(true, join(frame(0x81, random(9), 0), frame(0x82, random(4), 0)), 2).messages)
        .containsExactly(random(4));
  }

  @Test
  void whatBreaksTheRulesIsRefused() {
    var small = random(3);
    refused(false, frame(0x82, small, 0), "mask");
    refused(true, frame(0x82, small, 9), "mask");
    refused(false, frame(0xc2, small, 9), "reserved");
    refused(false, frame(0x83, small, 9), "opcode");
    refused(false, frame(0x8b, small, 9), "opcode");
    refused(false, frame(0x80, small, 9), "continuation");
    refused(false, join(frame(0x02, small, 9), frame(0x82, small, 9)), "inside another");
    refused(false, frame(0x09, small, 9), "control");
    refused(false, frame(0x89, random(126), 9), "control");
    refused(false, frame(0x88, new byte[] {3}, 9), "close");
    refused(false, frame(0x88, Hex.bytes("03ed"), 9), "close");
    refused(false, frame(0x88, Hex.bytes("03e8 ff"), 9), "close");
    refused(false, Hex.bytes("82 ff ffffffffffffffff 00000000"), "longer");
    refused(false, Hex.bytes("82 ff 0000000000030d41 00000000"), "longer");
    refused(false, join(frame(0x02, random(150_000), 9), frame(0x80, random(60_000), 9)), "longer");
  }

  private static void refused(boolean dialer, byte[] bytes, String why) {
    for (int piece : new int[] {1, 1_000_000}) {
      assertThatThrownBy(() -> decode(dialer, bytes, piece))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining(why);
    }
  }

  @Test
  void anEndInsideAMessageIsSeen() {
    var bytes = frame(0x82, random(300), 0x01020304);
    for (int length = 0; length <= bytes.length; length++) {
      var state = state(false);
      state.decode(Unpooled.copiedBuffer(bytes, 0, length), new Found());
      if (length == 0 || length == bytes.length) {
        state.end();
      } else {
        assertThatThrownBy(state::end).isInstanceOf(ProtocolException.class);
      }
    }
  }

  @Test
  void randomBytesAreFramesOrAProtocolError() {
    var random = new SplittableRandom(11);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      try {
        decode(random.nextBoolean(), bytes, 1 + random.nextInt(50));
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void whatOneSideWritesTheOtherReads() {
    for (long seed = 1; seed <= 100; seed++) {
      var random = new SplittableRandom(seed);
      boolean dialer = random.nextBoolean();
      var writer = state(dialer);
      var sent = new ArrayList<byte[]>();
      var wire = new ByteArrayOutputStream();
      for (int i = 0; i < 20; i++) {
        var message =
            new byte[random.nextInt(5) == 0 ? random.nextInt(100_000) : random.nextInt(500)];
        random.nextBytes(message);
        sent.add(message.clone());
        writer.encode(Unpooled.wrappedBuffer(message), b -> wire.writeBytes(copy(b)));
      }
      var found = decode(!dialer, wire.toByteArray(), 1 + random.nextInt(40_000));
      assertThat(found.messages).as("seed %d", seed).hasSize(sent.size());
      for (int i = 0; i < sent.size(); i++) {
        assertThat(found.messages.get(i)).isEqualTo(sent.get(i));
      }
    }
  }
}
