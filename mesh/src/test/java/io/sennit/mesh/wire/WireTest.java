package io.sennit.mesh.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.mesh.Unsigned;
import io.sennit.testkit.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The bytes of packets, frames, envelopes and maps: golden, round, cut, flipped, random. */
class WireTest {
  private static final HexFormat HEX = HexFormat.of();

  private static byte[] bytes(Frame frame) {
    var out = new WireWriter(64);
    frame.write(out);
    return out.toBytes();
  }

  private static byte[] bytes(Packet packet) {
    var out = new WireWriter(64);
    packet.write(out);
    return out.toBytes();
  }

  static List<Frame> frames() {
    return List.of(
        new Frame.Pad(3),
        new Frame.Ping(),
        new Frame.Ack(new AckRanges(998, 1000, 990, 995), 250, 1_048_576),
        new Frame.Ack(new AckRanges(0, 0), 0, 0),
        new Frame.Umsg(7, new byte[] {1, 2}),
        new Frame.Ufrag(8, 2_000, 13, new byte[700]),
        new Frame.Rmsg(5, Frame.ORDERED, 3, new byte[] {6}),
        new Frame.Rmsg(6, 0, 0, new byte[] {6, 7}),
        new Frame.Rfrag(9, Frame.ORDERED | Frame.BULK, 1, 10_000_000, 13, new byte[1300]),
        new Frame.Rfrag(10, 0, 0, 1_350, 13, new byte[50]),
        new Frame.Offer(11, 9_999_999),
        new Frame.Admit(11, Frame.Verdict.WAIT),
        new Frame.Skip(12, true, 10_001, 44, 65_536),
        new Frame.Close(3, "idle"),
        new Frame.GossipFrame(new byte[] {9, 9}),
        new Frame.Cancel(-5));
  }

  static List<Envelope> envelopes() {
    return List.of(
        new Envelope.Command(10_001, Envelope.RAW, new byte[] {1}),
        new Envelope.Ask(true, 10_002, -7, 3_000, Envelope.MAP, new byte[0]),
        new Envelope.Ask(false, 10_002, 7, 0, Envelope.TD, new byte[] {4}),
        new Envelope.Answer(
            true, 10_002, 7, Envelope.AnswerStatus.HANDLER_ERROR, Envelope.RAW, new byte[] {5}),
        new Envelope.Directory(1, new byte[] {5, 6}),
        new Envelope.Tree(
            10_003,
            -1,
            "10.0.0.1:7400",
            9,
            true,
            10,
            2,
            List.of("10.0.0.2:7400", "[::1]:80", "host.example:1", "1.2.3.4.5:6", "01.2.3.4:5"),
            new byte[] {0, 0, 1}),
        new Envelope.TreeDone(
            10_003, 5, 9, 3, List.of(new Envelope.Unreached("a:1", "it is dead"))));
  }

  private static LinkedHashMap<String, Object> everything() {
    var inner = new LinkedHashMap<String, Object>();
    inner.put("deep", List.of(1, "two", List.of(3L)));
    var map = new LinkedHashMap<String, Object>();
    map.put("bool", true);
    map.put("int8", (byte) -8);
    map.put("uint8", Unsigned.of8(200));
    map.put("int16", (short) -300);
    map.put("uint16", Unsigned.of16(65_535));
    map.put("int32", Integer.MIN_VALUE);
    map.put("uint32", Unsigned.of32(0xffff_ffffL));
    map.put("int64", Long.MAX_VALUE);
    map.put("uint64", Unsigned.of64(-1));
    map.put("float", 1.5f);
    map.put("double", -0.0);
    map.put("text", "grüße");
    map.put("null", null);
    map.put("map", inner);
    return map;
  }

  @Test
  @Row("M-golden")
  void theGoldenBytesHold() {
    assertThat(HEX.formatHex(bytes(new Packet.Session(0x0a0b0c0d, 1000))))
        .isEqualTo("d1000a0b0c0d0000000003e8");
    assertThat(
            HEX.formatHex(bytes(new Frame.Ack(new AckRanges(998, 1000, 990, 995), 250, 1_048_576))))
        .isEqualTo("02e807fa0101020105808040");
    var hi = new Envelope.Command(10_001, Envelope.RAW, "hi".getBytes(StandardCharsets.US_ASCII));
    assertThat(HEX.formatHex(bytes(new Frame.Rmsg(5, Frame.ORDERED, 3, hi.toBytes()))))
        .isEqualTo("0505010306002711006869");
  }

  @Test
  @Row("M-frames")
  void everyFrameGoesRoundAlsoWithOthersInOnePacket() {
    for (var frame : frames()) {
      assertThat(FrameReader.all(new WireReader(bytes(frame))))
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(frame);
    }
    var out = new WireWriter(2_000);
    var two = List.of(frames().get(4), frames().get(8), frames().get(1));
    two.forEach(frame -> frame.write(out));
    assertThat(FrameReader.all(new WireReader(out.toBytes())))
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyElementsOf(two);
  }

  @Test
  void framesOfLaterVersionsAreSkippedAndUnknownOnesAreNot() {
    assertThat(FrameReader.all(new WireReader(HEX.parseHex("4002ffff01"))))
        .containsExactly(new Frame.Ping());
    assertThatThrownBy(() -> FrameReader.all(new WireReader(HEX.parseHex("0d"))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("0x0d is not known");
  }

  @Test
  @Row("M-packets")
  void everyPacketGoesRound() {
    for (var packet :
        List.of(
            new Packet.Session(-1, (1L << 48) - 1),
            new Packet.Solo(-2, 5),
            new Packet.Hello(1, 2, 3),
            new Packet.HelloAck(4, 5, 6),
            new Packet.Cookie(-9),
            new Packet.Reset(7, new byte[16]))) {
      var bytes = bytes(packet);
      assertThat(Packet.read(new WireReader(bytes))).usingRecursiveComparison().isEqualTo(packet);
      cutsAreNamed(bytes, b -> Packet.read(new WireReader(b)));
    }
    assertThat(bytes(new Packet.Reset(7, new byte[16]))).hasSize(22);
  }

  @Test
  @Row("M-envelope")
  void everyEnvelopeGoesRound() {
    for (var envelope : envelopes()) {
      assertThat(Envelope.read(envelope.toBytes())).usingRecursiveComparison().isEqualTo(envelope);
    }
  }

  @Test
  @Row("M-map-codec")
  void mapsKeepTheirTypesAndTheirOrder() {
    var map = everything();
    var back = MapCodec.decode(MapCodec.encode(map));
    assertThat(back).isEqualTo(map);
    assertThat(back.keySet()).containsExactlyElementsOf(map.keySet());
    map.put("bytes", new byte[] {1});
    assertThat((byte[]) MapCodec.decode(MapCodec.encode(map)).get("bytes")).containsExactly(1);
  }

  @Test
  void whatIsNoMapIsRefusedWithItsPlace() {
    var bad = new LinkedHashMap<String, Object>();
    bad.put("list", List.of(1, new Object()));
    assertThatThrownBy(() -> MapCodec.encode(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("list[1]");
    Object deep = 1;
    for (int i = 0; i < 16; i++) {
      deep = List.of(deep);
    }
    var tooDeep = new LinkedHashMap<String, Object>();
    tooDeep.put("a", deep);
    assertThatThrownBy(() -> MapCodec.encode(tooDeep)).hasMessageContaining("deeper than 16");
    assertThatThrownBy(() -> MapCodec.decode(HEX.parseHex("02016101010161" + "0101")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("comes twice");
  }

  @Test
  @Row("M-hello")
  void aHelloFillsItsPacketExactly() {
    var hello =
        new HelloPayload(
            HelloPayload.Verdict.WELCOME, 5, 77, 0, true, "10.0.0.1:7400", 9, 10, new byte[0]);
    assertThat(hello.toBytes()).hasSize(HelloPayload.SIZE).hasSize(246);
    assertThat(HelloPayload.read(hello.toBytes())).usingRecursiveComparison().isEqualTo(hello);
    var ack =
        new HelloPayload(
            HelloPayload.Verdict.STALE,
            -5,
            1,
            9,
            false,
            "a".repeat(HelloPayload.MAX_ADDRESS),
            Long.MAX_VALUE,
            10,
            new byte[32]);
    assertThat(HelloPayload.read(ack.toBytes())).usingRecursiveComparison().isEqualTo(ack);
  }

  private static void cutsAreNamed(byte[] whole, Function<byte[], ?> decoder) {
    for (int length = 0; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> decoder.apply(cut))
          .as("cut to " + length + " of " + HEX.formatHex(whole))
          .isInstanceOf(ProtocolException.class);
    }
  }

  /** Cut anywhere, flipped anywhere, and bytes nobody meant: a named error, or a value. */
  @Test
  @Row("M-T2")
  void malformedBytesAreNamedErrors() {
    for (var frame : frames()) {
      if (!(frame instanceof Frame.Pad)) {
        var whole = bytes(frame);
        for (int length = 1; length < whole.length; length++) {
          var cut = Arrays.copyOf(whole, length);
          assertThatThrownBy(() -> FrameReader.all(new WireReader(cut)))
              .isInstanceOf(ProtocolException.class);
        }
      }
    }
    cutsAreNamed(MapCodec.encode(everything()), MapCodec::decode);
    var decoders = new ArrayList<Function<byte[], ?>>();
    decoders.add(b -> Packet.read(new WireReader(b)));
    decoders.add(b -> FrameReader.all(new WireReader(b)));
    decoders.add(Envelope::read);
    decoders.add(MapCodec::decode);
    decoders.add(HelloPayload::read);
    var seeds = new ArrayList<byte[]>();
    frames().forEach(f -> seeds.add(bytes(f)));
    envelopes().forEach(e -> seeds.add(e.toBytes()));
    seeds.add(MapCodec.encode(everything()));
    var random = new SplittableRandom(42);
    int refused = 0;
    int taken = 0;
    for (int round = 0; round < 60_000; round++) {
      var bytes = seeds.get(random.nextInt(seeds.size())).clone();
      int flips = random.nextInt(4);
      if (flips == 3) {
        bytes = new byte[random.nextInt(60)];
        random.nextBytes(bytes);
      }
      for (int i = 0; i < flips && bytes.length > 0; i++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      var decoder = decoders.get(random.nextInt(decoders.size()));
      try {
        var unused = decoder.apply(bytes);
        taken++;
      } catch (ProtocolException e) {
        assertThat(e.field()).isNotEmpty();
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
    assertThat(taken).isGreaterThan(1_000);
  }

  /** A count is held against the bytes that are there before anything is made for it. */
  @Test
  void extremeCountsAllocateNothing() {
    assertThatThrownBy(() -> MapCodec.decode(HEX.parseHex("ffff03")))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("entries");
    assertThatThrownBy(
            () -> FrameReader.all(new WireReader(HEX.parseHex("02ffffffffff3f0020808080808080"))))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() -> FrameReader.all(new WireReader(HEX.parseHex("02050021000000"))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("at most 32");
    assertThatThrownBy(() -> new WireReader(HEX.parseHex("8000")).varint("n"))
        .hasMessageContaining("longer than it need be");
    assertThatThrownBy(() -> new WireReader(HEX.parseHex("ffffffffffffffffff02")).varint("n"))
        .hasMessageContaining("more than 64 bits");
    assertThat(new WireReader(HEX.parseHex("ffffffffffffffffff01")).varint("n")).isEqualTo(-1L);
  }
}
