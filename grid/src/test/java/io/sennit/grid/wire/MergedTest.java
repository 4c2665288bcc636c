package io.sennit.grid.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Several messages in one frame. */
@Row("G-merged")
class MergedTest {
  private static final String E5 =
      "97 00 02 00 00 11 00 c4 00 | c4 0b 97 01 00 00 00 0f 02 c4 02 6f6b"
          + " | c4 09 97 05 00 00 00 0d 00 c4 00";

  static List<Message> read(byte[] bytes) {
    var outer = new Envelope();
    outer.parse(bytes, 0, bytes.length);
    var list = new ArrayList<Message>();
    if (outer.op() != Op.MERGED.code()) {
      list.add(outer.toMessage());
      return list;
    }
    var reader = new MergedReader();
    var inner = new Envelope();
    reader.start(outer);
    while (reader.next(inner)) {
      list.add(inner.toMessage());
    }
    return list;
  }

  /** A merged message put together by hand. */
  private static byte[] merged(int claimed, List<byte[]> messages, byte[] tail) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(Hex.bytes("97 00"));
    out.writeBytes(
        claimed < 128 ? new byte[] {(byte) claimed} : Hex.bytes("cd %04x".formatted(claimed)));
    out.writeBytes(Hex.bytes("00 00 11 00 c4 00"));
    for (var one : messages) {
      out.writeBytes(Hex.bytes("c5 %04x".formatted(one.length)));
      out.writeBytes(one);
    }
    out.writeBytes(tail);
    return out.toByteArray();
  }

  private static List<byte[]> messages(int count) {
    var list = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) {
      list.add(
          Message.of(Op.RESPONSE, i + 1, 0, Flags.EOF, ("m" + i).getBytes(UTF_8))
              .encode(i % 2 == 0));
    }
    return list;
  }

  private static byte[] bytes(ByteBuf buffer) {
    var bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    buffer.release();
    return bytes;
  }

  @Test
  void theExampleBothWays() {
    var two = read(Hex.bytes(E5));
    assertThat(two)
        .containsExactly(
            Message.of(Op.RESPONSE, 1, 0, Flags.EOF, "ok".getBytes(UTF_8)),
            Message.of(Op.ACK_MUX, 5, 0, 0, new byte[0]));
    var out = new ArrayList<byte[]>();
    var batch = new MessageBatch(50, b -> out.add(bytes(b)));
    for (var m : two) {
      batch.add(m.mux(), 0, 0, 0, m.op(), m.flags(), m.payload(), 0, m.payload().length, null);
    }
    batch.finish();
    assertThat(out).hasSize(1);
    assertThat(Hex.text(out.getFirst())).isEqualTo(Hex.text(Hex.bytes(E5)));
  }

  @Test
  void anyCountIsTaken() {
    for (int count : new int[] {0, 1, 31, 50, 51, 127, 128, 1000}) {
      var list = messages(count);
      var read = read(merged(count, list, new byte[0]));
      assertThat(read).hasSize(count);
      for (int i = 0; i < count; i++) {
        assertThat(read.get(i)).isEqualTo(Message.decode(list.get(i)));
      }
    }
  }

  /** The original sends the outer message without a checksum and does not look for a rest. */
  @Test
  @Row("G-W23")
  void w23TheListIsStrict() {
    var three = messages(3);
    for (int claimed : new int[] {0, 1, 2, 4, 100}) {
      assertThatThrownBy(() -> read(merged(claimed, three, new byte[0])))
          .as("%d claimed", claimed)
          .isInstanceOf(ProtocolException.class);
    }
    assertThatThrownBy(() -> read(merged(3, three, new byte[] {0})))
        .isInstanceOf(ProtocolException.class);
    var whole = merged(3, three, new byte[0]);
    for (int length = 9; length < whole.length; length++) {
      var cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(ProtocolException.class);
    }
    assertThatThrownBy(() -> read(Hex.bytes("97 00 ceffffffff 00 00 11 00 c4 00 c4 00")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> read(Hex.bytes("97 00 01 00 00 11 00 c4 00 a1 00 00")))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> read(Hex.bytes("97 00 01 00 00 11 00 c4 00 c6 ffffffff 97")))
        .isInstanceOf(ProtocolException.class);
    // a sub-message that is none, and one with a bad checksum
    assertThatThrownBy(() -> read(Hex.bytes("97 00 01 00 00 11 00 c4 00 c4 02 9701")))
        .isInstanceOf(ProtocolException.class);
    var bent = messages(1).getFirst();
    bent[bent.length - 1] ^= 1;
    assertThatThrownBy(() -> read(merged(1, List.of(bent), new byte[0])))
        .isInstanceOf(ProtocolException.class);
  }

  /** Nesting is not a list in a list: the inner one is an op nobody knows. */
  @Test
  void aNestedOneIsHandedOnAsItIs() {
    var nested = merged(1, List.of(Hex.bytes(E5)), new byte[0]);
    var outer = new Envelope();
    outer.parse(nested, 0, nested.length);
    var reader = new MergedReader();
    var inner = new Envelope();
    reader.start(outer);
    assertThat(reader.next(inner)).isTrue();
    assertThat(inner.op()).isEqualTo(Op.MERGED.code());
    assertThat(reader.next(inner)).isFalse();
  }

  @Test
  void aBatchKeepsOrderCountAndSize() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new SplittableRandom(seed);
      int max = 1 + random.nextInt(60);
      var out = new ArrayList<byte[]>();
      var batch = new MessageBatch(max, b -> out.add(bytes(b)));
      var sent = new ArrayList<Message>();
      for (int i = random.nextInt(300); i > 0; i--) {
        var payload =
            new byte[random.nextInt(20) == 0 ? random.nextInt(80_000) : random.nextInt(200)];
        random.nextBytes(payload);
        var message =
            Message.of(Op.MUX_SERVER_MSG, random.nextLong(), random.nextInt(), 0, payload);
        sent.add(message);
        batch.add(
            message.mux(),
            message.seq(),
            0,
            0,
            message.op(),
            random.nextBoolean() ? Flags.CRC : 0,
            payload,
            0,
            payload.length,
            null);
        if (random.nextInt(30) == 0) {
          batch.finish();
        }
      }
      batch.finish();
      var read = new ArrayList<Message>();
      for (var frame : out) {
        var inIt = read(frame);
        assertThat(inIt.size()).isBetween(1, max);
        if (inIt.size() > 1) {
          assertThat(frame.length).isLessThanOrEqualTo(MessageBatch.MERGE_BYTES + 6 * max + 32);
        }
        read.addAll(inIt);
      }
      assertThat(read).as("seed %d", seed).isEqualTo(sent);
    }
  }
}
