package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.grid.Generation;
import io.sennit.grid.Manager;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How peers of both original generations come in, stay outside, and end, byte by byte. */
@Row({"G-interop-S24", "G-interop-N25"})
class ScriptedHandshakesTest extends ScriptedPeers {
  @Test
  @Row("G-handshake-rejects")
  void whoMayNotComeIn() throws Exception {
    var raw = name(local(false), true, false);
    var dialedByUs = name(local(false), false, false);
    var manager = listening(raw, b -> b.local(local(false)));
    manager.add(dialedByUs);
    var at = manager.address().orElseThrow();
    var now = Instant.now();
    for (var head :
        new String[][] {
          {RawPeer.rfc3339(now), "wrong"},
          {RawPeer.rfc3339(now.minusSeconds(1200)), "debug"},
          {RawPeer.nanos(now.plusSeconds(1200)), "debug"},
          {"yesterday", "debug"},
          {"", "debug"}
        }) {
      try (var peer = RawPeer.dial(at, head[0], head[1])) {
        assertThat(peer.head).as(head[0]).startsWith("HTTP/1.1 403");
      }
    }
    rejected(at, RawPeer.connect("http://stranger:1", now, "debug", true), "unknown incoming host");
    rejected(at, RawPeer.connect(dialedByUs, now, "debug", true), "this side dials");
    rejected(at, RawPeer.connect(raw, now.minusSeconds(400), "debug", false), "time difference");
    rejected(at, RawPeer.connect(raw, now, "wrong", false), "not authorized");
    assertThat(manager.refusals()).isGreaterThanOrEqualTo(9);
    try (var peer = RawPeer.dial(at, RawPeer.rfc3339(now), "debug")) {
      peer.send("97 01 00 cd ea60 09 0e 02 c4 02 6869");
      assertThat(peer.ends()).isTrue();
    }
  }

  @Test
  @Row("G-strict-handshake")
  void aStrictManagerWantsTimeAndToken() throws Exception {
    var raw = name(local(false), true, false);
    var manager = listening(raw, b -> b.local(local(false)).strictHandshake(true));
    rejected(
        manager.address().orElseThrow(),
        RawPeer.connect(raw, Instant.now(), "debug", true),
        "lacks");
    dialed(manager, raw, Generation.N25);
  }

  private static void rejected(Address at, byte[] connect, String why) throws Exception {
    try (var peer = RawPeer.dial(at, RawPeer.nanos(Instant.now()), "debug")) {
      assertThat(peer.head).startsWith("HTTP/1.1 101");
      peer.frame(connect);
      var answer = peer.next(2);
      assertThat(Msg.hex(answer.payload())).contains(Msg.hex("Accepted".getBytes(UTF_8)) + "c2");
      assertThat(new String(answer.payload(), ISO_8859_1)).contains(why);
      assertThat(peer.ends()).isTrue();
    }
  }

  @Test
  @Row("G-replaced")
  void theNewestConnectionWins() throws Exception {
    var raw = name(local(true), true, true);
    var manager = secure(raw);
    echo(manager);
    var first = dialed(manager, raw, Generation.S24);
    var second = dialed(manager, raw, Generation.S24);
    assertThat(first.ends()).isTrue();
    second.send("97 01 00 cd ea60 09 0e 02 c4 02 6869");
    assertThat(second.next(15).text()).isEqualTo("ok");
    assertThat(manager.connection(raw).orElseThrow().stats().connects()).isEqualTo(2);
  }

  /**
   * The original's generations refuse each other's form of the handshake, under the same path;
   * whichever form is tried first here, it finds the peer's.
   */
  @ParameterizedTest
  @EnumSource(Generation.class)
  @Row({"G-W12", "G-adapts"})
  void w12TheDialerFindsThePeersForm(Generation peers) throws Exception {
    for (var first : Generation.values()) {
      var server = server();
      var manager = dialing(server, b -> b.generation(first));
      var peer = accepted(server, peers);
      assertThat(to(manager).state()).isEqualTo(io.sennit.grid.State.CONNECTED);
      // finding the peer's form is no error, and it is remembered
      assertThat(to(manager).lastError()).isEmpty();
      peer.close();
      var again = RawPeer.accept(server);
      assertThat(again.header("X-Minio-Time"))
          .matches(peers == Generation.S24 ? ".*T.*Z" : "[0-9]+");
      again.close();
      manager.close();
    }
  }

  /** The original leaves the socket of a refused handshake open until it is collected. */
  @Test
  @Row("G-W16")
  void w16ARefusedDialerWaitsBeforeItAsksAgain() throws Exception {
    var server = server();
    var manager = dialing(server, b -> b);
    for (int i = 0; i < 3; i++) {
      try (var peer = RawPeer.accept(server)) {
        peer.answer101();
        peer.next(1);
        peer.frame(RawPeer.accepted(false, "go away"));
        assertThat(peer.ends()).isTrue();
      }
    }
    var connection = manager.connections().iterator().next();
    assertThat(connection.lastError().orElseThrow().what()).contains("go away");
    assertThat(connection.stats().attempts()).isGreaterThanOrEqualTo(2);
    assertThatThrownBy(() -> connection.call(9, new byte[0]))
        .isInstanceOfSatisfying(
            DisconnectedException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
              assertThat(e.what()).contains("go away");
            });
  }

  /** The original reads a handshake of any length, of anybody. */
  @Test
  @Row("G-W9")
  void w9AHandshakeIsShort() throws Exception {
    var raw = name(local(false), true, false);
    var manager = listening(raw, b -> b.local(local(false)));
    for (int pad : new int[] {7_000, 9_000}) {
      var body = new ByteArrayOutputStream();
      body.write(0x83);
      Msg.str(body, "ID");
      Msg.bin(body, Msg.hex("000102030405060708090a0b0c0d0e0f"));
      Msg.str(body, "Host");
      Msg.str(body, raw);
      Msg.str(body, "Unknown");
      Msg.bin(body, new byte[pad]);
      var at = manager.address().orElseThrow();
      try (var peer = RawPeer.dial(at, RawPeer.rfc3339(Instant.now()), "debug")) {
        peer.frame(Msg.bytes(0, 0, 0, 0, 1, 0, body.toByteArray()));
        if (pad < 8_000) {
          assertThat(Msg.hex(peer.next(2).payload()))
              .contains(Msg.hex("Accepted".getBytes(UTF_8)) + "c3");
        } else {
          assertThat(peer.ends()).isTrue();
        }
      }
    }
    Awaitility.await().until(() -> manager.protocolErrors() == 1);
    assertThat(manager.connection(raw).orElseThrow().stats().connects()).isEqualTo(1);
  }

  /** An end inside a frame is what a crash looks like, not a fault of the peer's. */
  @Test
  @Row("G-bad-input")
  void anEndInsideAFrameIsALostConnection() throws Exception {
    var raw = name(local(false), true, false);
    var listening = listening(raw, b -> b.local(local(false)));
    var server = server();
    var dialing = dialing(server, b -> b.backoff(SOON_AGAIN, Duration.ofSeconds(5)));
    for (int bytes : new int[] {0, 1, 3, 100}) {
      endsInside(listening, dialed(listening, raw, Generation.N25), bytes);
      var accepted = accepted(server, Generation.S24);
      to(dialing);
      endsInside(dialing, accepted, bytes);
    }
    // so is one inside the handshake
    var at = listening.address().orElseThrow();
    try (var peer = RawPeer.dial(at, header(Generation.S24), "debug")) {
      peer.endInside(50);
      assertThat(peer.ends()).isTrue();
    }
    assertThat(listening.protocolErrors()).isZero();
    assertThat(dialing.protocolErrors()).isZero();
  }

  private static void endsInside(Manager manager, RawPeer peer, int bytes) throws Exception {
    var connection = manager.connections().iterator().next();
    Awaitility.await().until(() -> connection.state() == io.sennit.grid.State.CONNECTED);
    long before = connection.stats().connects();
    peer.endInside(bytes);
    assertThat(peer.ends()).isTrue();
    Awaitility.await()
        .until(
            () ->
                connection.stats().connects() > before
                    || connection.state() != io.sennit.grid.State.CONNECTED);
    assertThat(connection.lastError().orElseThrow())
        .isInstanceOfSatisfying(
            DisconnectedException.class,
            e -> assertThat(e.getCause() instanceof io.sennit.core.ProtocolException).isFalse());
    assertThat(connection.stats().protocolErrors()).isZero();
  }
}
