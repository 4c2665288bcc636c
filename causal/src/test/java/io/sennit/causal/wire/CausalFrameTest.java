package io.sennit.causal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Origin;
import io.sennit.causal.Stamp;
import io.sennit.core.ProtocolException;
import io.sennit.core.spi.Framing;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Frames between members: both directions, every truncation, every limit. */
@Row("C-frames")
class CausalFrameTest {
  private static final int MAX_OP = 1 << 20;
  private static final Origin A = new Origin("a", 1);
  private static final Origin B = new Origin("b", -1);

  private static OpRecord op(Origin origin, long seq, Dot... after) {
    return OpRecord.of(
        new Stamp(new Dot(origin, seq), 7L << 16),
        List.of(after),
        Octets.utf8("id"),
        new byte[] {1, 2, 3});
  }

  private static TreeMap<Origin, Long> clock(long ofA, long ofB) {
    var clock = new TreeMap<Origin, Long>();
    clock.put(A, ofA);
    clock.put(B, ofB);
    return clock;
  }

  private static List<CausalFrame> frames() {
    return List.of(
        new CausalFrame.Hello("mail", "a", clock(3, 200)),
        new CausalFrame.Hello("g", "b-1.x_y", new TreeMap<>()),
        new CausalFrame.Ack(clock(1, Long.MAX_VALUE)),
        new CausalFrame.Want(clock(1, 2)));
  }

  @Test
  void framesAreReadAsTheyWereWritten() {
    for (var frame : frames()) {
      assertThat(CausalFrame.decode(frame.encode(), MAX_OP)).isEqualTo(frame);
    }
    var ops = new CausalFrame.Ops(List.of(op(A, 1), op(B, 300, new Dot(A, 1))));
    var read = (CausalFrame.Ops) CausalFrame.decode(ops.encode(), MAX_OP);
    assertThat(read.encode()).isEqualTo(ops.encode());
    var second = read.ops().get(1);
    assertThat(second.dot()).isEqualTo(new Dot(B, 300));
    assertThat(second.after()).containsExactly(new Dot(A, 1));
    assertThat(second.payload()).containsExactly(1, 2, 3);
    assertThat(second.id()).isEqualTo(Octets.utf8("id"));
    assertThat(second.stamp().millis()).isEqualTo(7);
  }

  /** docs/protocol/causal.md §3, byte for byte. */
  @Test
  void theBytesAreAsThePageSays() {
    var hex = HexFormat.of();
    assertThat(hex.formatHex(new CausalFrame.Ack(clock(1, 300)).encode()))
        .isEqualTo(
            "03"
                + "02"
                + "0161"
                + "0000000000000001"
                + "01"
                + "0162"
                + "ffffffffffffffff"
                + "ac02");
    assertThat(hex.formatHex(new CausalFrame.Hello("g", "a", new TreeMap<>()).encode()))
        .isEqualTo("01" + "01" + "0167" + "0161" + "00");
    assertThat(hex.formatHex(op(B, 2, new Dot(A, 1)).bytes()))
        .isEqualTo(
            "01"
                + "0162ffffffffffffffff"
                + "02"
                + "0000000000070000"
                + "01"
                + "01610000000000000001"
                + "01"
                + "026964"
                + "010203");
  }

  @Test
  void everyTruncationIsRefusedOrAnotherFrame() {
    for (var frame : frames()) {
      var whole = frame.encode();
      for (int n = 0; n < whole.length; n++) {
        var cut = Arrays.copyOf(whole, n);
        assertThatThrownBy(() -> CausalFrame.decode(cut, MAX_OP))
            .isInstanceOf(ProtocolException.class);
      }
      var longer = Arrays.copyOf(whole, whole.length + 1);
      assertThatThrownBy(() -> CausalFrame.decode(longer, MAX_OP))
          .isInstanceOf(ProtocolException.class);
    }
    var record = op(B, 300, new Dot(A, 1)).bytes();
    for (int n = 0; n < record.length - 3; n++) {
      var cut = Arrays.copyOf(record, n);
      assertThatThrownBy(() -> OpRecord.decode(cut)).isInstanceOf(ProtocolException.class);
    }
  }

  private static void refused(String hex, String why) {
    assertThatThrownBy(() -> CausalFrame.decode(HexFormat.of().parseHex(hex), 64))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(why);
  }

  @Test
  @Row({"C-V-limits", "C-F-15"})
  void limitsAreCheckedBeforeAnythingIsAllocated() {
    refused("05", "not known");
    refused("0102" + "0167" + "0161" + "00", "version");
    refused("0101" + "00" + "0161" + "00", "name");
    refused("0101" + "0120" + "0161" + "00", "name");
    refused("03" + "ffffff7f", "more than");
    refused("03" + "7f", "do not fit");
    refused("02" + "ffffffff7f", "more than");
    refused("02" + "01" + "41" + "00".repeat(65), "more than 64");
    refused("03" + "8000", "shortest");
    refused("03" + "ffffffffffffffffff01", "63 bits");
    var entry = "0161" + "0000000000000001" + "01";
    refused("03" + "02" + entry + entry, "once each");
    refused("03" + "01" + "0161" + "0000000000000001" + "00", "begin at 1");
    var self = "01" + "0161" + "0000000000000001" + "02" + "0000000000000000";
    refused("02" + "01" + "21" + self + "01" + entry + "00", "other origins");
    refused("02" + "01" + "05" + "0261" + "000000", "version");
  }

  @Test
  void bytesThatNobodyMeantAreRefusedByName() {
    var random = new SplittableRandom(11);
    var whole = new CausalFrame.Ops(List.of(op(A, 1), op(B, 9, new Dot(A, 1)))).encode();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = whole.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        var frame = CausalFrame.decode(bytes, MAX_OP);
        assertThat(CausalFrame.decode(frame.encode(), MAX_OP).encode()).isEqualTo(frame.encode());
      } catch (ProtocolException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  /** Frames cut at any byte are put together again; what is too long is refused by its length. */
  @Test
  void framesLieOnBytesWithTheirLength() {
    var random = new SplittableRandom(3);
    for (int round = 0; round < 50; round++) {
      var sender = CausalFraming.INSTANCE.start(true, 1 << 20, random);
      var receiver = CausalFraming.INSTANCE.start(false, 1 << 20, random);
      var bytes = new ByteArrayOutputStream();
      var sent = new ArrayList<byte[]>();
      for (int i = 0; i < 5; i++) {
        var frame = new byte[random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(50)];
        random.nextBytes(frame);
        sent.add(frame);
        sender.encode(Unpooled.wrappedBuffer(frame.clone()), out -> write(out, bytes));
      }
      var all = bytes.toByteArray();
      var got = new Collected();
      for (int at = 0; at < all.length; ) {
        int n = Math.min(all.length - at, 1 + random.nextInt(40_000));
        receiver.decode(Unpooled.wrappedBuffer(all, at, n), got);
        at += n;
      }
      receiver.end();
      assertThat(got.frames).hasSameSizeAs(sent);
      for (int i = 0; i < sent.size(); i++) {
        assertThat(got.frames.get(i)).isEqualTo(sent.get(i));
      }
    }
    var small = CausalFraming.INSTANCE.start(false, 10, random);
    assertThatThrownBy(
            () -> small.decode(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 11}), new Collected()))
        .isInstanceOf(ProtocolException.class);
    var cut = CausalFraming.INSTANCE.start(false, 10, random);
    cut.decode(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 2, 1}), new Collected());
    assertThatThrownBy(cut::end).isInstanceOf(ProtocolException.class);
  }

  private static void write(ByteBuf from, ByteArrayOutputStream to) {
    var bytes = new byte[from.readableBytes()];
    from.readBytes(bytes);
    to.writeBytes(bytes);
  }

  private static final class Collected implements Framing.Output {
    final List<byte[]> frames = new ArrayList<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    @Override
    public void message(ByteBuf part, boolean last) {
      write(part, parts);
      if (last) {
        frames.add(parts.toByteArray());
        parts.reset();
      }
    }

    @Override
    public void answer(ByteBuf frame) {
      throw new AssertionError("an answer");
    }

    @Override
    public void ended() {
      throw new AssertionError("an end");
    }
  }
}
