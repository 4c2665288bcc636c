package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.grid.Generation;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers of both original generations that dial a manager and use its handlers, byte by byte. */
@Row({"G-interop-S24", "G-interop-N25"})
class ScriptedCallersTest extends ScriptedPeers {
  @ParameterizedTest
  @EnumSource(Generation.class)
  void singleCallsOfAPeerWithChecksums(Generation generation) throws Exception {
    var raw = name(local(false), true, false);
    var manager = listening(raw, b -> b.local(local(false)));
    echo(manager);
    var peer = dialed(manager, raw, generation);
    peer.send("97 01 00 cd ea60 09 0e 03 c4 02 6869 | 33 5e 81 d0");
    assertThat(peer.next().hex()).isEqualTo("970100000" + "00f03c4026f6bd8ad46f1");
    // without a checksum it is taken too; the answer has one
    peer.send("97 02 00 cd ea60 09 0e 02 c4 04 626f6f6d");
    var error = peer.next(15);
    assertThat(error.mux()).isEqualTo(2);
    assertThat(error.flags()).isEqualTo(Msg.EOF | Msg.ERR | Msg.CRC);
    assertThat(error.text()).isEqualTo("boom");
    // a handler that is not there: op 6 with the request's envelope
    peer.send("97 03 00 cd ea60 08 0e 02 c4 00");
    var refused = peer.next(6);
    assertThat(refused.mux()).isEqualTo(3);
    assertThat(Msg.hex(refused.payload())).startsWith("81a54572726f72");
    assertThat(refused.text()).contains("unknown mux handler");
    // wide numbers, an absent payload
    peer.send("97 cf0000000000000004 00 ce00000000 09 0e 02 c6 00000000");
    assertThat(peer.next(15).hex()).startsWith("97040000000f03c400");
  }

  @Test
  @Row("G-crc")
  void withoutChecksumsWhereBothSpeakTls() throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    echo(manager);
    var peer = dialed(manager, raw, Generation.N25);
    peer.send("97 01 00 cd ea60 09 0e 02 c4 02 6869");
    assertThat(peer.next().hex()).isEqualTo("970100000" + "00f02c4026f6b");
    peer.send("97 01 00 cd ea60 09 0e 03 c4 02 6869 | 33 5e 81 d0");
    assertThat(peer.next().hex()).isEqualTo("970100000" + "00f02c4026f6b");
    peer.send("97 01 00 cd ea60 09 0e 03 c4 02 6869 | 33 5e 81 d1");
    assertThat(peer.ends()).isTrue();
    Awaitility.await().until(() -> manager.protocolErrors() == 1);
  }

  /** The transcript of the worked example; the peer is the caller. */
  @ParameterizedTest
  @EnumSource(Generation.class)
  @Row({"G-stream-transcript", "G-eof-credit"})
  void aStreamByteForByte(Generation generation) throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    manager.registerStreaming(
        9,
        1,
        1,
        (first, in, out, caller) -> {
          assertThat(first).isEqualTo("p".getBytes(UTF_8));
          for (var item : in) {
            assertThat(item).isEqualTo("q".getBytes(UTF_8));
            out.send("r".getBytes(UTF_8));
          }
        });
    var peer = dialed(manager, raw, generation);
    peer.send("97 07 00 00 09 05 00 c4 01 70");
    assertThat(peer.next().hex()).isEqualTo(plain("97 07 00 00 00 0d 00 c4 00"));
    peer.send("97 07 01 00 00 09 00 c4 01 71");
    assertThat(peer.next().hex()).isEqualTo(plain("97 07 01 00 00 0c 00 c4 00"));
    assertThat(peer.next().hex()).isEqualTo(plain("97 07 02 00 00 0a 00 c4 01 72"));
    boolean creditFirst = generation == Generation.N25;
    if (creditFirst) {
      peer.send("97 07 02 00 00 0b 00 c4 00");
    }
    peer.send(creditFirst ? "97 07 03 00 00 03 00 c4 00" : "97 07 02 00 00 03 00 c4 00");
    assertThat(peer.next().hex())
        .isEqualTo(
            generation == Generation.N25
                ? plain(
                    "97 07 03 00 00 04 00 c4 19 83 a2 6e66 c2 a1 65 c0 a1 74"
                        + " c7 0c 05 fffffff1886e0900 00000000")
                : plain("97 07 02 00 00 04 00 c4 08 82 a2 6e66 c2 a1 65 c0"));
    peer.send(creditFirst ? "97 07 04 00 00 09 02 c4 00" : "97 07 03 00 00 09 02 c4 00");
    if (!creditFirst) {
      // The end needs a credit like an item: until then nothing comes but what is asked for.
      for (int i = 0; i < 20; i++) {
        peer.send("97 00 00 cd 1388 00 03 00 c4 00");
        assertThat(peer.next(4).mux()).isZero();
      }
      peer.send("97 07 04 00 00 0b 00 c4 00");
    }
    assertThat(peer.next().hex()).isEqualTo(plain("97 07 03 00 00 0a 02 c4 00"));
    assertThat(peer.next().hex()).isEqualTo(plain("97 07 00 00 00 07 00 c4 00"));
  }

  @Test
  @Row("G-merged")
  void mergedFramesBothWays() throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    echo(manager);
    var peer = dialed(manager, raw, Generation.N25);
    var list = new ByteArrayOutputStream();
    list.writeBytes(Msg.hex("97 00 33 00 00 11 00 c4 00"));
    for (int i = 1; i <= 51; i++) {
      Msg.bin(list, Msg.bytes(i, 0, 60_000, 9, 14, Msg.EOF, ("m" + i).getBytes(UTF_8)));
    }
    peer.frame(list.toByteArray());
    var answers = new java.util.TreeMap<Long, String>();
    for (int i = 1; i <= 51; i++) {
      var answer = peer.next(15);
      answers.put(answer.mux(), answer.text());
    }
    assertThat(answers).hasSize(51);
    answers.forEach((mux, text) -> assertThat(text).isEqualTo("m" + mux));
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  @Row("G-pings")
  void pingsOfEachGeneration(Generation generation) throws Exception {
    var raw = name(local(false), true, false);
    var manager = listening(raw, b -> b.local(local(false)).ping(Duration.ofMillis(600)));
    var peer = dialed(manager, raw, generation);
    var ping = peer.next(3);
    assertThat(ping.flags()).isZero(); // never a checksum
    if (generation == Generation.S24) {
      assertThat(ping.hex()).isEqualTo(plain("97 00 00 cd 1388 00 03 00 c4 00"));
      peer.send("97 00 00 cd 1388 00 04 00 c4 08 82 a2 6e66 c2 a1 65 c0");
    } else {
      assertThat(ping.hex()).startsWith(plain("97 00 00 cd 2710 00 03 00 c4 12 81 a1 74 c7 0c 05"));
      var body = Msg.hex(ping.payload()).substring(6);
      peer.send("97 00 00 cd 2710 00 04 00 c4 19 83 a2 6e66 c2 a1 65 c0 a1 74" + body);
    }
    assertThat(peer.next(3).op()).isEqualTo(3);
    var connection = manager.connection(raw).orElseThrow();
    assertThat(connection.stats().roundTrip()).isPresent();
    // and then silence: the connection ends
    assertThat(peer.ends()).isTrue();
  }

  /** An original client answers op 7 where it means 8, which hits a call of the other side. */
  @Test
  @Row("G-W1")
  void w1UnknownNumbersAreAnsweredToTheRightTable() throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    var peer = dialed(manager, raw, Generation.N25);
    for (int op : new int[] {13, 10, 4}) {
      peer.send(77, 0, op, 0, "");
      assertThat(peer.next().hex()).isEqualTo(plain("97 4d 00 00 00 08 00 c4 00"));
    }
    peer.send(77, 0, 9, 0, "x");
    assertThat(peer.next().hex()).isEqualTo(plain("97 4d 00 00 00 07 00 c4 00"));
    for (int op : new int[] {11, 8, 12, 7, 6, 15, 16, 200}) {
      peer.frame(
          op == 6
              ? Msg.bytes(77, 0, 0, 0, 6, 0, Msg.hex("81 a5 4572726f72 a1 78"))
              : Msg.bytes(77, 0, 0, 0, op, 0, new byte[0]));
    }
    peer.send(77, 0, 10, Msg.EOF, "");
    peer.send(77, 5, 3, 0, "");
    var pong = peer.next(4);
    assertThat(pong.seq()).isEqualTo(5);
    assertThat(Msg.hex(pong.payload())).startsWith("83a26e66c3");
  }

  /**
   * The older original locks its whole connection up when it rejects an item; here a stream ends.
   */
  @Test
  @Row({"G-W4", "G-out-of-sequence", "G-stateless-refused", "G-T5"})
  void w4BreachesOfAStreamEndThatStreamOnly() throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    echo(manager);
    var go = new java.util.concurrent.CountDownLatch(1);
    manager.registerStreaming(5, 2, 1, (first, in, out, caller) -> go.await());
    manager.registerStreaming(6, 0, 1, (first, in, out, caller) -> go.await());
    var peer = dialed(manager, raw, Generation.N25);
    // out of sequence
    peer.frame(Msg.bytes(1, 0, 0, 5, 5, 0, new byte[0]));
    peer.next(13);
    peer.send(1, 7, 9, 0, "x");
    var end = peer.next(10);
    assertThat(end.flags()).isEqualTo(Msg.EOF | Msg.ERR);
    assertThat(end.text()).contains("sequence number mismatch");
    // more than its credit
    peer.frame(Msg.bytes(2, 0, 0, 5, 5, 0, new byte[0]));
    peer.next(13);
    for (int i = 1; i <= 10; i++) {
      peer.send(2, i, 9, 0, "x");
    }
    var blocked = peer.next(10);
    assertThat(blocked.text()).contains("handler blocked");
    // an item nobody expects
    for (int i = 0; i < 10; i++) {
      var next = peer.next();
      if (next.mux() == 2 && next.op() == 7 && i >= 3) {
        break;
      }
    }
    peer.frame(Msg.bytes(3, 0, 0, 6, 5, Msg.EOF, new byte[0]));
    Msg next = peer.next();
    while (next.mux() != 3) {
      next = peer.next();
    }
    assertThat(next.op()).isEqualTo(13);
    peer.send(3, 1, 9, 0, "x");
    assertThat(peer.next(10).text()).contains("did not expect inbound message");
    // stateless, and a handler that is not there
    peer.frame(Msg.bytes(4, 0, 0, 5, 5, Msg.STATELESS, new byte[0]));
    assertThat(peer.next(6).text()).contains("Stateless streams not supported");
    peer.frame(Msg.bytes(5, 0, 0, 99, 5, 0, new byte[0]));
    assertThat(peer.next(6).text()).contains("unknown mux handler");
    // and the connection is none the worse
    peer.send("97 09 00 cd ea60 09 0e 02 c4 02 6869");
    assertThat(peer.next(15).text()).isEqualTo("ok");
    go.countDown();
  }

  /** What these peers are worth: they share no code with what they test. */
  @Test
  void theyAreWrittenFromTheProtocolAlone() throws Exception {
    var folder = Path.of("src/test/java/io/sennit/grid/scripted");
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain("io.sennit.grid." + "wire")
            .doesNotContain("io.sennit.grid." + "engine");
      }
    }
  }
}
