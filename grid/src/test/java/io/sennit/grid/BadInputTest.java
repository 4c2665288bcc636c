package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.grid.testing.TestGrid;
import io.sennit.grid.wire.ConnectRequest;
import io.sennit.grid.wire.DialRule;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Bad input ends the connection it came on, is counted, and nothing else suffers: 64 well-behaved
 * callers go on meanwhile without one failed call. The original limits neither frames nor its
 * patience with strangers.
 */
@ExtendWith(Leaks.class)
@Timeout(120)
@Row({"G-bad-input", "G-W9"})
class BadInputTest {
  private static final int KEY = 0x01020304;

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  private static byte[] frame(int first, byte[] payload, boolean masked) {
    var out = new ByteArrayOutputStream();
    out.write(first);
    int mask = masked ? 0x80 : 0;
    if (payload.length < 126) {
      out.write(mask | payload.length);
    } else {
      out.write(mask | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    if (masked) {
      out.writeBytes(hex("01020304"));
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ (masked ? KEY >>> 24 - 8 * (i & 3) : 0));
    }
    return out.toByteArray();
  }

  private static byte[] frame(byte[] payload) {
    return frame(0x82, payload, true);
  }

  private static byte[] upgrade(String token, String time) {
    return ("GET /minio/grid/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
            + token
            + "\r\nX-Minio-Time: "
            + time
            + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private static byte[] connect(String host) {
    var request =
        new ConnectRequest(
            new UUID(1, 2),
            host,
            Optional.empty(),
            Optional.empty(),
            Extensions.offer(1 << 20, 1 << 20));
    return Message.of(Op.CONNECT, 0, 0, 0, request.encode()).encode(false);
  }

  /** What bad peers say once they are in. */
  private static Map<String, byte[]> afterConnect() {
    var all = new LinkedHashMap<String, byte[]>();
    all.put("oversized frame", hex("82 ff 7fffffffffffffff 00000000"));
    all.put("unmasked", frame(0x82, hex("97 01 00 00 09 0e 02 c4 00"), false));
    all.put("reserved bits", frame(0xf2, new byte[3], true));
    all.put("bad opcode", frame(0x83, new byte[3], true));
    all.put("fragmented ping", frame(0x09, new byte[3], true));
    all.put("not a message", frame(hex("01 02 03")));
    all.put("empty message", frame(new byte[0]));
    all.put("truncated message", frame(hex("97 01 00 00 09 0e 02 c4 05 61")));
    all.put("bad checksum", frame(hex("97 01 00 cd ea60 09 0e 03 c4 02 6869 335e81d1")));
    all.put("merged without end", frame(hex("97 00 02 00 00 11 00 c4 00 c4 00")));
    all.put("merged with rest", frame(hex("97 00 00 00 00 11 00 c4 00 c4")));
    all.put("merged too many", frame(hex("97 00 ceffffffff 00 00 11 00 c4 00")));
    all.put("last part of none", frame(hex("97 01 00 00 09 0e 42 c4 01 61")));
    all.put("part too large", frame(hex("97 01 00 ceffffffff 00 20 00 c4 01 61")));
    all.put("refusal that is none", frame(hex("97 01 00 00 00 06 00 c4 01 61")));
    all.put(
        "call running twice",
        frame(
            hex(
                "97 00 02 00 00 11 00 c4 00 c4 09 97 01 00 00 0a 0e 02 c4 00 c4 09 97 01 00 00 0a"
                    + " 0e 02 c4 00")));
    return all;
  }

  @Test
  void badPeersHarmNobodyElse() throws Exception {
    try (var grid = TestGrid.start(2)) {
      var good = grid.manager(1);
      good.registerSingle(7, (request, caller) -> request);
      good.registerSingle(
          10,
          (request, caller) -> {
            caller.deadline();
            Thread.currentThread().join(Duration.ofSeconds(20)); // until it is interrupted
            return request;
          });
      var stop = new AtomicBoolean();
      var passed = new AtomicLong();
      var failed = new ArrayList<SennitException>();
      var callers = new ArrayList<Thread>();
      for (int i = 0; i < 64; i++) {
        int n = i;
        callers.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      var request = new byte[100 + 10 * n];
                      while (!stop.get()) {
                        try {
                          assertThat(
                                  grid.connection(0, 1)
                                      .call(7, request, within(Duration.ofSeconds(20))))
                              .isEqualTo(request);
                          passed.incrementAndGet();
                        } catch (SennitException e) {
                          synchronized (failed) {
                            failed.add(e);
                          }
                        }
                      }
                    }));
      }
      var at = good.address().orElseThrow();
      int count = 0;
      for (var bad : afterConnect().entrySet()) {
        count++;
        var host = name(good, count);
        good.add(host);
        long before = good.protocolErrors();
        try (var socket = in(at, host)) {
          socket.getOutputStream().write(bad.getValue());
          assertThat(ends(socket)).as(bad.getKey()).isTrue();
        }
        Awaitility.await(bad.getKey() + " to be counted")
            .until(() -> good.protocolErrors() == before + 1);
        var connection = good.connection(host).orElseThrow();
        Awaitility.await(bad.getKey() + " to be named")
            .until(() -> connection.lastError().isPresent());
        assertThat(connection.lastError().orElseThrow().getCause())
            .as(bad.getKey())
            .isInstanceOf(io.sennit.core.ProtocolException.class);
      }
      randomBytes(good, at);
      strangers(good, at);
      stop.set(true);
      for (var caller : callers) {
        caller.join();
      }
      assertThat(failed).isEmpty();
      assertThat(passed.get()).isGreaterThan(640);
      assertThat(grid.connection(0, 1).stats().connects()).isEqualTo(1);
    }
  }

  private static void randomBytes(Manager good, Address at) throws Exception {
    var random = new SplittableRandom(3);
    for (int i = 0; i < 20; i++) {
      var host = name(good, 100 + i);
      good.add(host);
      try (var socket = in(at, host)) {
        var noise = new byte[2_000];
        random.nextBytes(noise);
        noise[0] = (byte) 0x82;
        noise[1] = (byte) 0xfe; // masked, 16-bit length
        try {
          socket.getOutputStream().write(noise);
          socket.shutdownOutput();
        } catch (IOException e) {
          // it was faster
        }
        assertThat(ends(socket)).isTrue();
      }
    }
  }

  /** Those who do not get in. */
  private static void strangers(Manager good, Address at) throws Exception {
    long refusals = good.refusals();
    var now = Instant.now().getEpochSecond() + "000000000";
    for (var head :
        new byte[][] {
          upgrade("wrong", now),
          upgrade("debug", "yesterday"),
          "GET /elsewhere HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1),
          "BREW / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1),
          new byte[100_000]
        }) {
      try (var socket = new Socket(at.host(), at.port())) {
        socket.setSoTimeout(15_000);
        try {
          socket.getOutputStream().write(head);
          socket.shutdownOutput();
        } catch (IOException e) {
          // it was faster
        }
        assertThat(ends(socket)).isTrue();
      }
    }
    try (var socket = new Socket(at.host(), at.port())) {
      socket.setSoTimeout(15_000);
      socket.getOutputStream().write(upgrade("debug", now));
      socket.getOutputStream().write(frame(connect("http://stranger:1")));
      assertThat(ends(socket)).isTrue();
    }
    // the slow ones: an upgrade that never ends, a connect message that never comes
    try (var slow = new Socket(at.host(), at.port());
        var silent = new Socket(at.host(), at.port())) {
      slow.setSoTimeout(15_000);
      silent.setSoTimeout(15_000);
      slow.getOutputStream().write("GET /minio/grid/v1 HTT".getBytes(ISO_8859_1));
      silent.getOutputStream().write(upgrade("debug", now));
      assertThat(ends(slow)).isTrue();
      assertThat(ends(silent)).isTrue();
    }
    Awaitility.await().until(() -> good.refusals() == refusals + 8);
  }

  private static String name(Manager good, int n) {
    for (int i = 0; ; i++) {
      var name = "http://bad-" + n + "-" + i + ":1";
      if (DialRule.dials(name, good.hostName())) {
        return name;
      }
    }
  }

  /** Comes in as a host. */
  private static Socket in(Address at, String host) throws IOException {
    var socket = new Socket(at.host(), at.port());
    socket.setSoTimeout(15_000);
    socket.getOutputStream().write(upgrade("debug", Instant.now().getEpochSecond() + "000000000"));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = socket.getInputStream().read();
      assertThat(c).as(head.toString()).isGreaterThanOrEqualTo(0);
      head.append((char) c);
    }
    assertThat(head).startsWith("HTTP/1.1 101");
    socket.getOutputStream().write(frame(connect(host)));
    assertThat(socket.getInputStream().read()).isEqualTo(0x82);
    int length = socket.getInputStream().read();
    if (length == 126) {
      length = socket.getInputStream().read() << 8 | socket.getInputStream().read();
    }
    socket.getInputStream().readNBytes(length);
    return socket;
  }

  private static boolean ends(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        // what was under way
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
