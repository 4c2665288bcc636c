package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.core.Within;
import io.sennit.grid.Generation;
import io.sennit.testkit.Row;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Peers of both original generations that a manager dials and calls, byte by byte. */
@Row({"G-interop-S24", "G-interop-N25"})
class ScriptedServersTest extends ScriptedPeers {
  /** The original numbers from 1, where another's stray disconnect hits; here far from there. */
  @Test
  @Row({"G-single-client", "G-late-answer", "G-mux-offset", "G-W1"})
  void callsToAPeer() throws Exception {
    var server = server();
    var manager = dialing(server, b -> b);
    var peer = accepted(server, Generation.S24);
    var connection = to(manager);
    // success: absent, empty, bytes
    for (var answer : new String[] {"c400|02", "c400|12", "c4026f6b|02"}) {
      var call = elsewhere(() -> connection.call(9, "hi".getBytes(UTF_8)));
      var request = peer.next(14);
      assertThat(request.flags()).isEqualTo(Msg.EOF | Msg.CRC);
      assertThat(request.seq()).isZero();
      assertThat(request.deadline()).isBetween(59_000L, 60_000L);
      assertThat(request.handler()).isEqualTo(9);
      assertThat(request.text()).isEqualTo("hi");
      assertThat(request.mux()).isGreaterThanOrEqualTo(1L << 32);
      var parts = answer.split("\\|", -1);
      peer.send("97 cf %016x 00 00 00 0f %s %s".formatted(request.mux(), parts[1], parts[0]));
      var got = call.join();
      assertThat(io.sennit.grid.Payload.isAbsent(got)).isEqualTo(answer.equals("c400|02"));
      assertThat(got).hasSize(answer.startsWith("c402") ? 2 : 0);
    }
    // errors
    var fails = elsewhere(() -> connection.call(9, "x".getBytes(UTF_8)));
    peer.send(peer.next(14).mux(), 0, 15, Msg.EOF | Msg.ERR, "boom");
    assertThatThrownBy(fails::join)
        .cause()
        .isInstanceOfSatisfying(
            RemoteException.class,
            e -> {
              assertThat(e.text()).isEqualTo("boom");
              assertThat(e.outcome()).isEqualTo(Outcome.RAN);
            });
    var refused = elsewhere(() -> connection.call(9, "x".getBytes(UTF_8)));
    peer.frame(
        Msg.bytes(peer.next(14).mux(), 0, 0, 0, 6, Msg.EOF, Msg.hex("81 a5 4572726f72 a2 6e6f")));
    assertThatThrownBy(refused::join)
        .cause()
        .isInstanceOfSatisfying(
            RemoteException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN));
    var over = elsewhere(() -> connection.call(9, "x".getBytes(UTF_8)));
    peer.send(peer.next(14).mux(), 0, 7, 0, "");
    assertThatThrownBy(over::join).cause().isInstanceOf(DisconnectedException.class);
    // an answer that comes too late is dropped, and nothing was said of the deadline
    var late =
        elsewhere(
            () -> connection.call(9, "x".getBytes(UTF_8), Within.within(Duration.ofMillis(30))));
    long lateMux = peer.next(14).mux();
    assertThatThrownBy(late::join).cause().isInstanceOf(DeadlineExceededException.class);
    peer.send(lateMux, 0, 15, Msg.EOF, "late");
    var next = elsewhere(() -> connection.call(9, new byte[200_000]));
    var big = peer.next();
    assertThat(big.op()).isEqualTo(14); // no cancel, no parts
    assertThat(big.payload()).hasSize(200_000);
    peer.send(big.mux(), 0, 15, Msg.EOF, "ok");
    assertThat(next.join()).isEqualTo("ok".getBytes(UTF_8));
    assertThat(connection.stats().droppedAnswers()).isEqualTo(1);
    assertThat(peer.seen).allSatisfy(m -> assertThat(m.op()).isLessThanOrEqualTo(17));
    assertThat(peer.seen).allSatisfy(m -> assertThat(m.flags() & 0xc0).isZero());
  }

  @Test
  @Row({"G-stream-client", "G-item-credits", "G-subroute-key"})
  void streamsToAPeer() throws Exception {
    var server = server();
    var manager = dialing(server, b -> b);
    manager.registerStreaming(9, 2, 2, (first, in, out, caller) -> {}, "a", "b");
    var peer = accepted(server, Generation.N25);
    var stream = to(manager).subroute("a").subroute("b").open(9, "p".getBytes(UTF_8));
    var connect = peer.next(5);
    long mux = connect.mux();
    assertThat(mux).isGreaterThanOrEqualTo(1L << 32);
    assertThat(connect.has(Msg.SUBROUTE)).isTrue();
    assertThat(connect.hex())
        .contains("0900ddc033f64b9dea80ea675cf280a015e672516090a5626781153dc68fea11");
    assertThat(connect.deadline()).isZero();
    assertThat(stream.trySend("early".getBytes(UTF_8))).isFalse(); // no ack, no credit
    peer.send(mux, 0, 13, 0, "");
    var sender =
        elsewhere(
            () -> {
              for (int i = 0; i < 4; i++) {
                stream.send(("i" + i).getBytes(UTF_8));
              }
              stream.endInput();
              return "sent";
            });
    assertThat(peer.next(9).text()).isEqualTo("i0");
    assertThat(peer.next(9).text()).isEqualTo("i1");
    // two credits, two items: nothing more before the next credit
    peer.send("97 00 00 cd 2710 00 03 00 c4 00");
    peer.next(4);
    assertThat(sender).isNotDone();
    peer.send(mux, 1, 12, 0, "");
    assertThat(peer.next(9).text()).isEqualTo("i2");
    peer.send(mux, 2, 12, 0, "");
    var last = peer.next(9);
    assertThat(last.text()).isEqualTo("i3");
    assertThat(last.seq()).isEqualTo(4);
    var end = peer.next(9); // without a credit
    assertThat(end.has(Msg.EOF)).isTrue();
    assertThat(end.seq()).isEqualTo(5);
    assertThat(sender.join()).isEqualTo("sent");
    // its answers: a credit for each item taken
    peer.send(mux, 3, 10, 0, "r0");
    peer.send(mux, 4, 10, 0, "r1");
    assertThat(stream.receive()).hasValue("r0".getBytes(UTF_8));
    assertThat(peer.next(11).seq()).isEqualTo(6);
    assertThat(stream.receive()).hasValue("r1".getBytes(UTF_8));
    assertThat(peer.next(11).seq()).isEqualTo(7);
    peer.send(mux, 5, 10, Msg.EOF, "with payload");
    peer.send(mux, 0, 7, 0, "");
    assertThat(stream.receive()).hasValue("with payload".getBytes(UTF_8));
    assertThat(stream.receive()).isEmpty();
    assertThat(stream.error()).isEmpty();
  }

  /** In the original an overflow looks like a clean end, and an absent item breaks the sequence. */
  @Test
  @Row({"G-W5", "G-W6"})
  void w5w6StreamsThatDoNotEndCleanly() throws Exception {
    var server = server();
    var manager = dialing(server, b -> b);
    manager.registerStreaming(9, 0, 2, (first, in, out, caller) -> {});
    var peer = accepted(server, Generation.N25);
    var connection = to(manager);
    // more than its credit: an error, and what came before it first
    var flooded = connection.open(9, new byte[0]);
    var connect = peer.next(5);
    assertThat(connect.flags()).isEqualTo(Msg.EOF | Msg.ZERO | Msg.CRC);
    peer.send(connect.mux(), 0, 13, 0, "");
    for (int i = 1; i <= 10; i++) {
      peer.send(connect.mux(), i, 10, 0, "x");
    }
    assertThat(peer.next(8).mux()).isEqualTo(connect.mux());
    assertThatThrownBy(() -> flooded.results(item -> {}))
        .isInstanceOf(io.sennit.core.ProtocolException.class);
    // an absent item is counted, and none
    var odd = connection.open(9, new byte[0]);
    long mux = past(peer, 5).mux();
    peer.send(mux, 0, 13, 0, "");
    peer.send(mux, 1, 10, 0, "");
    peer.send(mux, 2, 10, 0, "x");
    assertThat(odd.receive()).hasValue("x".getBytes(UTF_8));
    past(peer, 11);
    // out of sequence
    peer.send(mux, 9, 10, 0, "y");
    past(peer, 8);
    assertThatThrownBy(odd::receive).isInstanceOf(io.sennit.grid.IncorrectSequenceException.class);
    // a disconnect is not an end
    var gone = connection.open(9, new byte[0]);
    mux = past(peer, 5).mux();
    peer.send(mux, 0, 13, 0, "");
    peer.send(mux, 1, 10, 0, "x");
    peer.send(mux, 0, 7, 0, "");
    assertThat(gone.receive()).hasValue("x".getBytes(UTF_8));
    assertThatThrownBy(gone::receive).isInstanceOf(DisconnectedException.class);
    // nor is the connection's loss
    var lost = connection.open(9, new byte[0]);
    mux = past(peer, 5).mux();
    peer.send(mux, 0, 13, 0, "");
    peer.send(mux, 1, 10, 0, "x");
    peer.close();
    assertThatThrownBy(() -> lost.results(item -> {})).isInstanceOf(DisconnectedException.class);
  }

  /** The next of an op, past cancels and credits of streams that are over. */
  private static Msg past(RawPeer peer, int op) throws Exception {
    var next = peer.next();
    while (next.op() != op && (next.op() == 8 || next.op() == 11)) {
      next = peer.next();
    }
    assertThat(next.op()).isEqualTo(op);
    return next;
  }

  /** The original may lose a cancel even with room in its queue, and sends it again at cleanup. */
  @Test
  @Row("G-W20")
  void w20ACancelIsSentOnceAheadOfAllThatWaits() throws Exception {
    var server = server();
    var manager = dialing(server, b -> b);
    manager.registerStreaming(9, 100, 1, (first, in, out, caller) -> {});
    var peer = accepted(server, Generation.N25);
    var stream = to(manager).open(9, new byte[0]);
    long mux = peer.next(5).mux();
    peer.send(mux, 0, 13, 0, "");
    int items = 0;
    Awaitility.await().until(() -> stream.trySend(new byte[400_000])); // the ack has come
    for (items++; stream.trySend(new byte[400_000]); items++) {
      assertThat(items).isLessThan(100);
    }
    assertThat(items).isEqualTo(100); // more than sockets take unread
    stream.cancel();
    stream.close();
    stream.cancel();
    assertThatThrownBy(stream::receive).isInstanceOf(io.sennit.core.CancelledException.class);
    peer.send("97 00 00 cd 2710 00 03 00 c4 00");
    int cancels = 0;
    int came = 0;
    for (var next = peer.next(); next.op() != 4; next = peer.next()) {
      assertThat(next.mux()).isEqualTo(mux);
      cancels += next.op() == 8 ? 1 : 0;
      came += next.op() == 9 ? 1 : 0;
    }
    assertThat(cancels).isEqualTo(1);
    assertThat(came).isLessThan(items);
    // what the server still says of it is nobody's
    peer.send(mux, 0, 7, 0, "");
    peer.send(mux, 1, 10, Msg.EOF, "");
    peer.send("97 00 00 cd 2710 00 03 00 c4 00");
    assertThat(peer.next().op()).isEqualTo(4);
  }
}
