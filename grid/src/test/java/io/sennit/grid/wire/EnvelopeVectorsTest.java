package io.sennit.grid.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages to bytes and back: the worked examples, properties, and whatever else may come in. */
@Row({"G-envelope", "G-T22", "G-vectors"})
class EnvelopeVectorsTest {
  static java.util.stream.Stream<Vectors.Vector> vectors() {
    return Vectors.stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void bothDirections(Vectors.Vector vector) {
    assertThat(Hex.text(vector.message().encode(vector.checksum())))
        .isEqualTo(Hex.text(vector.bytes()));
    assertThat(Message.decode(vector.bytes())).isEqualTo(vector.message());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyTruncationIsRefused(Vectors.Vector vector) {
    for (int length = 0; length < vector.bytes().length; length++) {
      var cut = java.util.Arrays.copyOf(vector.bytes(), length);
      assertThatThrownBy(() -> Message.decode(cut)).isInstanceOf(ProtocolException.class);
    }
    var longer = java.util.Arrays.copyOf(vector.bytes(), vector.bytes().length + 1);
    assertThatThrownBy(() -> Message.decode(longer)).isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void everyFlippedBitUnderAChecksumIsSeen(Vectors.Vector vector) {
    if (!vector.checksum()) {
      return;
    }
    for (int bit = 0; bit < 8 * vector.bytes().length; bit++) {
      var bent = vector.bytes().clone();
      bent[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        // Only the flag that says there is a checksum can take it away, and then bytes are left.
        assertThat(Message.decode(bent)).isNull();
      } catch (ProtocolException seen) {
        assertThat(seen.what()).isNotEmpty();
      }
    }
  }

  @Test
  void payloadsTellAbsentFromEmpty() {
    var envelope = new Envelope();
    var absent = Hex.bytes("97 01 00 00 00 0f 02 c4 00");
    envelope.parse(absent, 0, absent.length);
    assertThat(envelope.hasPayload()).isFalse();
    var empty = Hex.bytes("97 01 00 00 00 0f 12 c4 00");
    envelope.parse(empty, 0, empty.length);
    assertThat(envelope.hasPayload()).isTrue();
    assertThat(envelope.payload()).isEmpty();
  }

  @Test
  void wideNumbersAreRead() {
    var shortest = Message.decode(Hex.bytes("97 01 02 03 04 0e 02 c4 00"));
    for (var wide :
        new String[] {
          "97 cc01 cc02 cc03 cc04 cc0e cc02 c4 00",
          "97 cd0001 cd0002 cd0003 cd0004 cd000e cd0002 c5 0000",
          "97 ce00000001 ce00000002 ce00000003 ce00000004 ce0000000e ce00000002 c6 00000000",
          "97 cf0000000000000001 cf0000000000000002 cf0000000000000003 cf0000000000000004"
              + " cf000000000000000e cf0000000000000002 c4 00",
          "97 d001 d10002 d200000003 d30000000000000004 d00e d002 c4 00",
        }) {
      assertThat(Message.decode(Hex.bytes(wide))).isEqualTo(shortest);
    }
    assertThat(
            Message.decode(
                Hex.bytes("97 cfffffffffffffffff ceffffffff ceffffffff ccff 0e 02 c400")))
        .isEqualTo(new Message(-1, -1, -1, 255, 14, 2, new byte[0], null));
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    var cases =
        new String[][] {
          {"96 01 00 00 00 0f 02 c4 00", "envelope"},
          {"98 01 00 00 00 0f 02 c4 00", "envelope"},
          {"dc0007 01 00 00 00 0f 02 c4 00", "envelope"},
          {"97 ff 00 00 00 0f 02 c4 00", "mux"},
          {"97 d3ffffffffffffffff 00 00 00 0f 02 c4 00", "mux"},
          {"97 01 cf0000000100000000 00 00 0f 02 c4 00", "seq"},
          {"97 01 00 cf8000000000000000 00 0f 02 c4 00", "deadline"},
          {"97 01 00 00 cd0100 0f 02 c4 00", "handler"},
          {"97 01 00 00 00 cd0100 02 c4 00", "op"},
          {"97 01 00 00 00 0f a1 c4 00", "flags"},
          {"97 01 00 00 00 0f 02 a1 00", "payload"},
          {"97 01 00 00 00 0f 02 c0", "payload"},
          {"97 01 00 00 00 0f 02 c4 01", "payload"},
          {"97 01 00 00 00 0f 02 c6 ffffffff", "payload"},
          {"97 01 00 00 00 0f 22 c4 00 00", "subroute"},
          {"97 01 00 00 00 0f 03 c4 00 0000", "crc"},
          {"97 01 00 00 00 0f 03 c4 00 00000000", "crc"},
        };
    for (var one : cases) {
      assertThatThrownBy(() -> Message.decode(Hex.bytes(one[0])))
          .as(one[0])
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining(one[1]);
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    for (long seed = 1; seed <= 500; seed++) {
      var random = new SplittableRandom(seed);
      var payload =
          new byte[random.nextInt(10) == 0 ? random.nextInt(70_000) : random.nextInt(300)];
      new Random(seed).nextBytes(payload);
      int flags = random.nextInt(256) & ~(Flags.CRC | Flags.SUBROUTE);
      var route = random.nextBoolean() ? SubrouteId.of(random.nextInt(256), "r" + seed) : null;
      var message =
          new Message(
              random.nextLong() >>> random.nextInt(64),
              random.nextInt() >>> random.nextInt(32),
              random.nextInt() >>> random.nextInt(32),
              random.nextInt(256),
              random.nextInt(256),
              flags | (route == null ? 0 : Flags.SUBROUTE),
              payload,
              route);
      for (boolean checksum : new boolean[] {false, true}) {
        var bytes = message.encode(checksum);
        assertThat(Message.decode(bytes)).as("seed %d", seed).isEqualTo(message);
        assertThat(bytes.length)
            .isEqualTo(
                EnvelopeWriter.size(
                    message.mux(),
                    message.seq(),
                    message.deadlineMs(),
                    message.handler(),
                    message.op(),
                    message.flags() | (checksum ? Flags.CRC : 0),
                    payload.length));
      }
    }
  }

  @Test
  void numbersAbove127TakeTwoBytesEverywhere() {
    var bytes = new Message(1, 0, 0, 200, 201, 0xc2, new byte[0], null).encode(false);
    assertThat(Hex.text(bytes)).isEqualTo(Hex.text(Hex.bytes("97 01 00 00 ccc8 ccc9 ccc2 c4 00")));
    assertThat(Message.decode(bytes).op()).isEqualTo(201);
  }

  @Test
  void randomBytesAreAMessageOrAProtocolError() {
    var random = new SplittableRandom(42);
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      var bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextInt(8) != 0) {
        bytes[0] = (byte) 0x97;
      }
      refused += refused(() -> Message.decode(bytes)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(50_000);
  }

  /** Bodies are bent more gently than whole messages, so that much of them is read. */
  @Test
  void bentBodiesAreABodyOrAProtocolError() {
    var bodies = new ArrayList<byte[]>();
    bodies.add(
        new ConnectRequest(
                Vectors.ID,
                "http://a:9000",
                Optional.of(Vectors.TIME),
                Optional.of("debug"),
                Extensions.offer(1 << 20, 64 << 20))
            .encode());
    bodies.add(new ConnectResponse(Vectors.ID, false, "no", Extensions.offer(1, 2)).encode());
    bodies.add(new Pings.Pong(true, Optional.of("gone"), Optional.of(Vectors.TIME)).encode());
    bodies.add(Pings.ping(Vectors.TIME));
    bodies.add(Pings.refusal("no such handler"));
    var random = new SplittableRandom(7);
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      var bent = bodies.get(random.nextInt(bodies.size())).clone();
      for (int k = 1 + random.nextInt(4); k > 0; k--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(4) == 0) {
        bent = java.util.Arrays.copyOf(bent, random.nextInt(bent.length + 3));
      }
      var body = bent;
      refused += refused(() -> ConnectRequest.decode(body)) ? 1 : 0;
      refused += refused(() -> ConnectResponse.decode(body)) ? 1 : 0;
      refused += refused(() -> Pings.Pong.decode(body)) ? 1 : 0;
      refused += refused(() -> Pings.pingTime(body)) ? 1 : 0;
      refused += refused(() -> Pings.refusalText(body)) ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(100_000);
  }

  /** A time whose parts fit but whose sum does not. */
  @Test
  void aTimeBeyondAllTimeIsAProtocolError() {
    for (var time :
        new String[] {
          "c7 0c 05 7fffffffffffffff 7fffffff",
          "c7 0c 05 8000000000000000 80000000",
          "c7 0c ff 7fffffff 7fffffffffffffff"
        }) {
      assertThatThrownBy(() -> Pings.pingTime(Hex.bytes("81 a1 74" + time)))
          .as(time)
          .isInstanceOf(ProtocolException.class);
    }
  }

  @Test
  void standardTimesAreReadToo() {
    assertThat(Pings.pingTime(Hex.bytes("81 a174 d6ff 6553f100")))
        .isEqualTo(java.time.Instant.ofEpochSecond(1_700_000_000L));
    assertThat(Pings.pingTime(Hex.bytes("81 a174 d7ff 77359400 6553f100"))).isEqualTo(Vectors.TIME);
    assertThat(Pings.pingTime(Hex.bytes("81 a174 c70cff 1dcd6500 000000006553f100")))
        .isEqualTo(Vectors.TIME);
  }

  private static boolean refused(Runnable reading) {
    try {
      reading.run();
      return false;
    } catch (ProtocolException e) {
      return true;
    }
  }

  @Test
  void handshakeBodiesGoRoundAndSkipWhatTheyDoNotKnow() {
    var request =
        new ConnectRequest(
            Vectors.ID,
            "https://n1:9000",
            Optional.of(Vectors.TIME),
            Optional.of("t"),
            Extensions.offer(77, 99));
    assertThat(ConnectRequest.decode(request.encode())).isEqualTo(request);
    assertThat(request.toString()).doesNotContain("token");
    var bare =
        new ConnectRequest(Vectors.ID, "a", Optional.empty(), Optional.empty(), Extensions.NONE);
    assertThat(ConnectRequest.decode(bare.encode())).isEqualTo(bare);
    var response = new ConnectResponse(Vectors.ID, false, "why not", Extensions.offer(1, 2));
    assertThat(ConnectResponse.decode(response.encode())).isEqualTo(response);
    // another order, and a key nobody knows with a nested value
    var odd =
        Hex.bytes(
            "83 a4 486f7374 a1 61 a3 787878 93 01 81 a1 61 c0 c3 a2 4944 c4 10" + "00".repeat(16));
    assertThat(ConnectRequest.decode(odd))
        .isEqualTo(
            new ConnectRequest(
                new UUID(0, 0), "a", Optional.empty(), Optional.empty(), Extensions.NONE));
    for (var body : new byte[][] {request.encode(), response.encode()}) {
      for (int length = 0; length < body.length; length++) {
        var cut = java.util.Arrays.copyOf(body, length);
        assertThatThrownBy(() -> ConnectRequest.decode(cut)).isInstanceOf(ProtocolException.class);
      }
    }
    assertThatThrownBy(() -> ConnectRequest.decode(new byte[9000]))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void pongsOfBothGenerationsAndRefusals() {
    assertThat(new Pings.Pong(false, Optional.empty(), Optional.empty()).encode())
        .isEqualTo(Hex.bytes("82 a2 6e66 c2 a1 65 c0"));
    for (var pong :
        new Pings.Pong[] {
          new Pings.Pong(true, Optional.of("dead"), Optional.of(Vectors.TIME)),
          new Pings.Pong(false, Optional.empty(), Optional.empty())
        }) {
      assertThat(Pings.Pong.decode(pong.encode())).isEqualTo(pong);
    }
    assertThat(Pings.pingTime(new byte[0])).isEqualTo(WireTime.ZERO);
    assertThat(Pings.refusal("boom")).isEqualTo(Hex.bytes("81 a5 4572726f72 a4 626f6f6d"));
    assertThat(Pings.refusalText(Pings.refusal("boom"))).isEqualTo("boom");
  }

  @Test
  @Row("G-subroute-key")
  void subroutesNestAndTheAliasIsKnown() {
    assertThat(SubrouteId.of(9, "a/b")).isNotEqualTo(SubrouteId.of(8, "a/b"));
    assertThat(SubrouteId.of(9, "a/b").handler()).isEqualTo(9);
    assertThat(SubrouteId.of(9, "a/b").isAlias()).isFalse();
    var alias = new byte[32];
    alias[0] = 9;
    assertThat(SubrouteId.read(alias, 0).isAlias()).isTrue();
  }

  @Test
  @Row("G-op-flags-text")
  void opsAndFlagsHaveTexts() {
    assertThat(Op.text(14)).isEqualTo("request");
    assertThat(Op.text(200)).isEqualTo("op(200)");
    assertThat(Flags.text(0)).isEqualTo("none");
    assertThat(Flags.text(Flags.CRC | Flags.EOF)).isEqualTo("crc|eof");
    var codes = Arrays.stream(Op.values()).mapToInt(Op::code).toArray();
    assertThat(Arrays.copyOf(codes, 17)).isEqualTo(IntStream.rangeClosed(1, 17).toArray());
    assertThat(Arrays.copyOfRange(codes, 17, codes.length)).containsExactly(32, 33, 34, 35);
  }
}
