package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.grid.Manager;
import io.sennit.grid.Reserved;
import io.sennit.grid.State;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Guests byte by byte, and those that only say they are; docs/protocol/grid.md §9.5. */
@ExtendWith(Leaks.class)
@Timeout(60)
@Row("G-guests")
class ScriptedGuestsTest {
  private static final String LOCAL = "http://manager:9000";

  private Manager manager = none();

  @SuppressWarnings("NullAway") // set before each test
  private static Manager none() {
    return null;
  }

  @BeforeEach
  void begin() {
    manager =
        Manager.builder()
            .listen(Address.of("127.0.0.1", 0))
            .local(LOCAL)
            .auth(TestGrid.DEBUG)
            .ping(Duration.ofHours(1))
            .muxPing(Duration.ofHours(1))
            .start();
    manager.registerSingle(9, (request, caller) -> request);
    Reserved.of(manager)
        .serve("control", (request, caller) -> caller.name().getBytes(UTF_8), Reserved.CONTROL);
  }

  @AfterEach
  void end() {
    manager.close();
  }

  /** A connect message of a Sennit peer, a guest or none. */
  private static byte[] connect(String host, String token, int version, boolean guest) {
    var body = new ByteArrayOutputStream();
    body.write(token.isEmpty() ? 0x84 : 0x85);
    Msg.str(body, "ID");
    Msg.bin(body, Msg.hex("000102030405060708090a0b0c0d0e0f"));
    Msg.str(body, "Host");
    Msg.str(body, host);
    Msg.str(body, "Time");
    var now = Instant.now();
    body.writeBytes(Msg.hex("c70c05%016x%08x".formatted(now.getEpochSecond(), now.getNano())));
    if (!token.isEmpty()) {
      Msg.str(body, "Token");
      Msg.str(body, token);
    }
    Msg.str(body, "Sennit");
    body.write(guest ? 0x86 : 0x85);
    Msg.str(body, "v");
    Msg.uint(body, version);
    Msg.str(body, "min");
    Msg.uint(body, version);
    Msg.str(body, "caps");
    Msg.uint(body, 15);
    Msg.str(body, "win");
    Msg.uint(body, 65_536);
    Msg.str(body, "max");
    Msg.uint(body, 65_536);
    if (guest) {
      Msg.str(body, "guest");
      body.write(0xc3);
    }
    return Msg.bytes(0, 0, 0, 0, 1, 0, body.toByteArray());
  }

  private RawPeer knock(byte[] connect) throws Exception {
    var peer =
        RawPeer.dial(manager.address().orElseThrow(), RawPeer.rfc3339(Instant.now()), "debug");
    assertThat(peer.head).startsWith("HTTP/1.1 101");
    peer.frame(connect);
    return peer;
  }

  private static boolean accepted(Msg answer) {
    return Msg.hex(answer.payload()).contains(Msg.hex("Accepted".getBytes(UTF_8)) + "c3");
  }

  private static final String DOOR = doorKey();

  /** SHA-256 of the route, the handler in its first byte and zero in its second. */
  private static String doorKey() {
    try {
      var key =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest("sennit/control".getBytes(UTF_8));
      key[0] = (byte) 255;
      key[1] = 0;
      return Msg.hex(key);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aGuestAtTheDoor() throws Exception {
    try (var peer = knock(connect("whatever it says", "debug", 1, true))) {
      assertThat(accepted(peer.next(2))).isTrue();
      peer.send("97 01 00 cd ea60 cc ff 0e 22 c4 00" + DOOR);
      assertThat(peer.next(15).text()).startsWith("guest 1 at 127.0.0.1:");
      peer.send("97 02 00 cd ea60 09 0e 02 c4 02 6869");
      assertThat(peer.next(6).text()).contains("a guest may only call sennit/control");
      peer.send("97 03 00 00 09 05 00 c4 01 70");
      assertThat(peer.next(6).text()).contains("a guest may only call sennit/control");
      // the door's route on another handler is another place
      peer.send("97 04 00 cd ea60 09 0e 22 c4 00 09" + DOOR.substring(2));
      assertThat(peer.next(6).text()).contains("a guest may only call sennit/control");
      assertThat(manager.guestRefusals()).isEqualTo(3);
    }
    Awaitility.await().until(() -> manager.guests() == 0);
  }

  @Test
  void aGuestUnderAPeersNameIsStillAGuest() throws Exception {
    var name = "http://friend:9000";
    var friend = manager.add(name);
    try (var peer = knock(connect(name, "debug", 1, true))) {
      assertThat(accepted(peer.next(2))).isTrue();
      peer.send("97 01 00 cd ea60 09 0e 02 c4 02 6869");
      assertThat(peer.next(6).text()).contains("guest");
      assertThat(friend.state()).isNotEqualTo(State.CONNECTED);
      assertThat(friend.stats().connects()).isZero();
      assertThat(manager.guests()).isEqualTo(1);
    }
  }

  @Test
  void aStrangerWhoIsNoGuestIsRefusedAsBefore() throws Exception {
    try (var peer = knock(connect("http://stranger:1", "debug", 1, false))) {
      var answer = peer.next(2);
      assertThat(accepted(answer)).isFalse();
      assertThat(answer.text()).contains("unknown incoming host: http://stranger:1");
      assertThat(peer.ends()).isTrue();
    }
  }

  @Test
  void aGuestMustProveItselfAgainInTheHandshake() throws Exception {
    for (var token : new String[] {"", "wrong"}) {
      try (var peer = knock(connect("guest", token, 1, true))) {
        var answer = peer.next(2);
        assertThat(accepted(answer)).isFalse();
        assertThat(answer.text())
            .contains(token.isEmpty() ? "the handshake lacks a token" : "not authorized");
        assertThat(peer.ends()).isTrue();
      }
    }
    assertThat(manager.guests()).isZero();
  }

  /** Without a common version nothing would be in force, not even that it is a guest. */
  @Test
  void aGuestOfAnotherVersionStaysOutside() throws Exception {
    for (int version : new int[] {0, 2}) {
      try (var peer = knock(connect("guest", "debug", version, true))) {
        var answer = peer.next(2);
        assertThat(accepted(answer)).isFalse();
        assertThat(answer.text()).contains("a guest must speak version 1");
        assertThat(peer.ends()).isTrue();
      }
    }
    assertThat(manager.guests()).isZero();
  }
}
