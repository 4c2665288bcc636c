package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.grid.Connection;
import io.sennit.grid.Manager;
import io.sennit.grid.State;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Large payloads in parts, message by message; docs/protocol/grid.md §9.2. */
@ExtendWith(Leaks.class)
@Timeout(60)
@Row("G-parts")
class ScriptedPartsTest {
  private static final String LOCAL = "http://manager:9000";
  private static final String PEER = peer();
  private static final int PART = 30 * 1024;
  private static final int AHEAD = 128 * 1024;
  private static final int PARTS_FLAG = 0x40;
  private static final int ECHO = 9;
  private static final int STREAM = 10;
  private static final int SIZE = 2_000_000;

  private Manager manager = none();
  private Connection connection = nowhere();

  @SuppressWarnings("NullAway") // set before each test
  private static Manager none() {
    return null;
  }

  @SuppressWarnings("NullAway") // set before each test
  private static Connection nowhere() {
    return null;
  }

  /** A name whose bearer dials. */
  private static String peer() {
    for (int i = 0; ; i++) {
      var name = "http://scripted-" + i + ":9000";
      if (Msg.dials(name, LOCAL)) {
        return name;
      }
    }
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
    manager.registerSingle(ECHO, (request, caller) -> request);
    manager.registerStreaming(STREAM, 0, 4, (first, in, out, caller) -> out.send(bytes(SIZE)));
    connection = manager.add(PEER);
  }

  @AfterEach
  void end() {
    manager.close();
  }

  private RawPeer connect(int capabilities) throws Exception {
    var now = Instant.now();
    var peer = RawPeer.dial(manager.address().orElseThrow(), RawPeer.rfc3339(now), "debug");
    assertThat(peer.head).startsWith("HTTP/1.1 101");
    peer.frame(RawPeer.sennit(PEER, capabilities));
    peer.next(2);
    return peer;
  }

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new SplittableRandom(size).nextBytes(bytes);
    return bytes;
  }

  /** All parts of a request but the last, and the last. */
  private static void request(RawPeer peer, long mux, byte[] payload) throws IOException {
    int from = 0;
    for (; payload.length - from > PART; from += PART) {
      peer.frame(
          Msg.bytes(
              mux,
              0,
              from == 0 ? payload.length : 0,
              0,
              32,
              0,
              Arrays.copyOfRange(payload, from, from + PART)));
    }
    peer.frame(
        Msg.bytes(
            mux, 0, 0, ECHO, 14, PARTS_FLAG, Arrays.copyOfRange(payload, from, payload.length)));
  }

  private static long number(Msg taken) {
    var in = ByteBuffer.wrap(taken.payload());
    return switch (in.get() & 0xff) {
      case 0xcd -> in.getShort() & 0xffff;
      case 0xce -> in.getInt() & 0xffff_ffffL;
      default -> throw new AssertionError("not a count: " + taken.hex());
    };
  }

  private static byte[] taken(long count) {
    var body = new ByteArrayOutputStream();
    Msg.uint(body, count);
    return Msg.bytes(0, 0, 0, 0, 34, 0, body.toByteArray());
  }

  /** Reads parts until {@code most} bytes came, or what is no part; gathers them. */
  private static int parts(RawPeer peer, ByteArrayOutputStream whole, int most) throws IOException {
    int came = 0;
    while (came < most) {
      var part = peer.next(33);
      assertThat(part.payload()).hasSize(PART);
      whole.writeBytes(part.payload());
      came += PART;
    }
    return came;
  }

  /** The answer to a ping on the connection comes before any more parts. */
  private static void nothingMoreComes(RawPeer peer) throws IOException {
    peer.send("97 00 00 00 00 03 00 c4 00");
    peer.next(4);
  }

  @Test
  void aReaderSaysWhatItHasTaken() throws Exception {
    var payload = bytes(SIZE);
    try (var peer = connect(15)) {
      request(peer, 7, payload);
      long said = 0;
      int inParts = SIZE / PART * PART;
      while (said <= inParts - 64 * 1024) {
        long more = number(peer.next(34));
        assertThat(more).isGreaterThanOrEqualTo(64 * 1024);
        said += more;
      }
      var echo = new ByteArrayOutputStream();
      int under = parts(peer, echo, AHEAD);
      nothingMoreComes(peer);
      while (echo.size() < inParts) {
        peer.frame(taken(under));
        under = parts(peer, echo, Math.min(under, inParts - echo.size()));
      }
      peer.frame(taken(under));
      var last = peer.next(15);
      assertThat(last.has(PARTS_FLAG)).isTrue();
      echo.writeBytes(last.payload());
      assertThat(echo.toByteArray()).isEqualTo(payload);
    }
  }

  /** What lies before a small message is no more than an eighth of a megabyte at first. */
  @Test
  void partsWaitForTheReadersWordAndSmallMessagesDoNot() throws Exception {
    try (var peer = connect(15)) {
      request(peer, 7, bytes(SIZE));
      for (long said = 0; said <= SIZE / PART * PART - 64 * 1024; ) {
        said += number(peer.next(34));
      }
      var echo = new ByteArrayOutputStream();
      parts(peer, echo, AHEAD);
      nothingMoreComes(peer);
      peer.frame(Msg.bytes(8, 0, 0, ECHO, 14, 0, "small".getBytes(UTF_8)));
      assertThat(peer.next(15).text()).isEqualTo("small");
      peer.frame(Msg.bytes(7, 0, 0, 0, 8, 0, new byte[0])); // no longer wanted
      peer.frame(taken(AHEAD));
      var end = peer.next(7);
      assertThat(end.mux()).isEqualTo(7);
      nothingMoreComes(peer);
    }
  }

  @Test
  void aLargeItemOfAStreamWaitsToo() throws Exception {
    try (var peer = connect(15)) {
      peer.frame(Msg.bytes(1, 0, 0, STREAM, 5, Msg.EOF, new byte[0]));
      peer.next(13);
      var item = new ByteArrayOutputStream();
      int under = parts(peer, item, AHEAD);
      nothingMoreComes(peer);
      int inParts = SIZE / PART * PART;
      while (item.size() < inParts) {
        peer.frame(taken(under));
        under = parts(peer, item, Math.min(under, inParts - item.size()));
      }
      peer.frame(taken(under));
      item.writeBytes(peer.next(10).payload());
      assertThat(item.toByteArray()).isEqualTo(bytes(SIZE));
    }
  }

  @Test
  void morePartsTakenThanSentAreABreach() throws Exception {
    try (var peer = connect(15)) {
      peer.frame(taken(1));
      assertThat(peer.ends()).isTrue();
    }
    Awaitility.await().until(() -> manager.protocolErrors() == 1);
    assertThat(connection.state()).isNotEqualTo(State.CONNECTED);
  }

  @Test
  void withoutTheCapabilityPartsAreUnknown() throws Exception {
    try (var peer = connect(13)) {
      peer.frame(Msg.bytes(7, 0, 1_000_000, 0, 32, 0, new byte[PART]));
      peer.frame(taken(1));
      nothingMoreComes(peer);
      assertThat(manager.protocolErrors()).isZero();
    }
  }
}
