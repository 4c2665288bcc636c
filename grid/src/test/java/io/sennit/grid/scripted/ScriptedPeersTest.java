package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.core.Within;
import io.sennit.core.loop.Backoff;
import io.sennit.grid.Connection;
import io.sennit.grid.Generation;
import io.sennit.grid.Manager;
import io.sennit.grid.ManagerBuilder;
import io.sennit.grid.RemoteErrors;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A manager beside peers of both original generations, byte by byte. */
@ExtendWith(Leaks.class)
@Timeout(60)
@Row({"G-interop-S24", "G-interop-N25"})
class ScriptedPeersTest {
  @TempDir Path folder;

  private static final Backoff SOON_AGAIN =
      new Backoff(Duration.ofMillis(20), Duration.ofMillis(50));
  private static final Within SOON = Within.within(Duration.ofSeconds(10));

  private final java.util.List<AutoCloseable> open = new java.util.ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T keep(T one) {
    open.add(one);
    return one;
  }

  // --- a manager that a raw peer dials

  private Manager listening(String raw, UnaryOperator<ManagerBuilder> taste) {
    var builder =
        Manager.builder()
            .listen(Address.of("127.0.0.1", 0))
            .auth(TestGrid.DEBUG)
            .ping(Duration.ofHours(1))
            .muxPing(Duration.ofHours(1))
            .gated();
    var manager = keep(taste.apply(builder).start());
    if (!raw.isEmpty()) {
      manager.add(raw);
    }
    manager.openGate();
    return manager;
  }

  /** One whose messages need no checksums towards peers that say https, too. */
  private Manager secure(String raw) throws Exception {
    var certificates = new Certificates(folder).oneSided("loopback", "ip:127.0.0.1");
    return listening(raw, b -> b.local(local(true)).tls(certificates));
  }

  private static String local(boolean tls) {
    return (tls ? "https" : "http") + "://manager:9000";
  }

  /** A host string that dials, or is dialed by, another. */
  private static String name(String other, boolean dials, boolean tls) {
    for (int i = 1; ; i++) {
      var name = (tls ? "https" : "http") + "://raw-" + i + ":9000";
      if (Msg.dials(name, other) == dials) {
        return name;
      }
    }
  }

  private static String header(Generation generation) {
    return generation == Generation.S24
        ? RawPeer.rfc3339(Instant.now())
        : RawPeer.nanos(Instant.now());
  }

  private RawPeer dialed(Manager manager, String raw, Generation generation) throws Exception {
    var at = manager.address().orElseThrow();
    var time = header(generation);
    var peer =
        keep(
            manager.hostName().startsWith("https")
                ? RawPeer.dialTls(at, time, "debug")
                : RawPeer.dial(at, time, "debug"));
    assertThat(peer.head).startsWith("HTTP/1.1 101");
    assertThat(peer.header("Connection")).isEqualToIgnoringCase("upgrade");
    assertThat(peer.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(peer.header("Sec-WebSocket-Extensions")).isEmpty();
    assertThat(peer.header("Sec-WebSocket-Protocol")).isEmpty();
    peer.frame(RawPeer.connect(raw, Instant.now(), "debug", generation == Generation.S24));
    var answer = peer.next(2);
    assertThat(answer.hex()).startsWith("97000000000200c4");
    assertThat(Msg.hex(answer.payload()))
        .contains(Msg.hex("Accepted".getBytes(UTF_8)) + "c3")
        .contains(Msg.hex("RejectedReason".getBytes(UTF_8)) + "a0");
    return peer;
  }

  private static void echo(Manager manager) {
    manager.registerSingle(
        9,
        (request, caller) -> {
          var text = new String(request, UTF_8);
          if (text.equals("boom")) {
            throw RemoteErrors.of("boom");
          }
          return text.equals("hi") ? "ok".getBytes(UTF_8) : request;
        });
  }

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

  private static String plain(String hex) {
    return Msg.hex(Msg.hex(hex));
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

  // --- a manager that dials a raw peer

  private ServerSocket server() throws Exception {
    var server = keep(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    server.setSoTimeout(15_000);
    return server;
  }

  private Manager dialing(ServerSocket server, UnaryOperator<ManagerBuilder> taste) {
    var remote = "http://127.0.0.1:" + server.getLocalPort();
    var name = "";
    for (int i = 1; name.isEmpty() || !Msg.dials(name, remote); i++) {
      name = "http://m" + i + ":9000";
    }
    var local = name;
    return listening(remote, b -> taste.apply(b).local(local));
  }

  private RawPeer accepted(ServerSocket server, Generation generation) throws Exception {
    for (int tries = 0; tries < 6; tries++) {
      var peer = RawPeer.accept(server);
      assertThat(peer.head).startsWith("GET /minio/grid/v1 HTTP/1.1\r\n");
      assertThat(peer.header("Authorization")).isEqualTo("Bearer debug");
      assertThat(peer.header("Origin")).isEmpty();
      assertThat(peer.header("Sec-WebSocket-Extensions")).isEmpty();
      boolean nanos = peer.header("X-Minio-Time").matches("[0-9]{19}");
      if (nanos != (generation == Generation.N25)) {
        peer.answer403();
        continue;
      }
      keep(peer).answer101();
      var connect = peer.next(1);
      assertThat(connect.flags()).isZero();
      var body = new String(connect.payload(), ISO_8859_1);
      assertThat(body).contains("ID", "Host", "Time", "Token", "debug");
      peer.frame(RawPeer.accepted(true, ""));
      return peer;
    }
    throw new AssertionError("it never asks in the form of " + generation);
  }

  private static Connection to(Manager manager) {
    var connection = manager.connections().iterator().next();
    connection.waitForConnect(SOON);
    return connection;
  }

  private <T> CompletableFuture<T> elsewhere(java.util.function.Supplier<T> code) {
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    keep(executor);
    return CompletableFuture.supplyAsync(code, executor);
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
      peer.close();
      manager.close();
    }
  }

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
