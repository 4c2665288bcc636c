package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.RejectedException;
import io.sennit.core.spi.Opening;
import io.sennit.testkit.Recorder;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkTests;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The upgrade as bytes: what an odd client gets, and what an odd server does to a dialer. */
class RawUpgradeTest extends LinkTests {
  private static final String HEADERS =
      "Host: here\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private Recorder accepted = new Recorder();
  private Address at = Address.of("unset", 1);

  @Override
  protected World world() {
    return Worlds.epoll();
  }

  @BeforeEach
  void listenForUpgrades() {
    accepted = recorder();
    Opening.Guard guard =
        (headers, _) -> {
          if (headers.containsKey("x-refuse")) {
            throw new RejectedException("asked for it", ErrorContext.NONE);
          }
          if (headers.containsKey("x-break")) {
            throw new IllegalStateException("meant to be logged by this test");
          }
        };
    var spec =
        plain()
            .withOpening(new Opening.Answer("/grid", guard))
            .withTimes(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(2));
    at = listen(spec, on(world.node("b").loop(), _ -> accepted)).address();
  }

  private String statusOf(String request) throws Exception {
    try (var raw = new Raw(at)) {
      String all = raw.say(request).rest();
      assertThat(all).contains("Content-Length: 0\r\n").endsWith("\r\n\r\n");
      return all.substring(0, all.indexOf("\r\n"));
    }
  }

  @Test
  void answersTheExampleOfTheRfcExactly() throws Exception {
    try (var raw = new Raw(at)) {
      String head = raw.say("GET /grid HTTP/1.1\r\n" + HEADERS + "\r\n").head();
      assertThat(head)
          .isEqualTo(
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    }
  }

  @Test
  void refusesWhatIsNoUpgrade() throws Exception {
    assertThat(statusOf("GET /other HTTP/1.1\r\n" + HEADERS + "\r\n")).contains(" 404 ");
    assertThat(statusOf("POST /grid HTTP/1.1\r\n" + HEADERS + "\r\n")).contains(" 405 ");
    String old = HEADERS.replace("Version: 13", "Version: 8");
    assertThat(statusOf("GET /grid HTTP/1.1\r\n" + old + "\r\n")).contains(" 426 ");
    assertThat(statusOf("GET /grid HTTP/1.1\r\nHost: here\r\n\r\n")).contains(" 400 ");
    assertThat(statusOf("nonsense\r\n\r\n")).contains(" 400 ");
    String unkeyed = HEADERS.replace("dGhlIHNhbXBsZSBub25jZQ==", "short");
    assertThat(statusOf("GET /grid HTTP/1.1\r\n" + unkeyed + "\r\n")).contains(" 400 ");
    String longest = "X-Long: " + "y".repeat(9_000) + "\r\n";
    assertThat(statusOf("GET /grid HTTP/1.1\r\n" + HEADERS + longest + "\r\n")).contains(" 400 ");
    assertThat(statusOf("GET /grid HTTP/1.1\r\n" + HEADERS + "X-Refuse: 1\r\n\r\n"))
        .contains(" 403 ");
    assertThat(statusOf("GET /grid HTTP/1.1\r\n" + HEADERS + "X-Break: 1\r\n\r\n"))
        .contains(" 500 ");
    assertThat(accepted.hasOpened()).isFalse();
  }

  @Test
  void bytesRightAfterTheRequestBelongToTheLink() throws Exception {
    try (var raw = new Raw(at)) {
      byte[] head = ("GET /grid HTTP/1.1\r\n" + HEADERS + "\r\n").getBytes("US-ASCII");
      byte[] all = java.util.Arrays.copyOf(head, head.length + 7);
      all[head.length + 3] = 3; // four bytes of length
      all[head.length + 4] = 7;
      all[head.length + 5] = 8;
      all[head.length + 6] = 9;
      raw.say(all).head();
      world.await("the early message", () -> accepted.messages().size() == 1);
      assertThat(accepted.messages().getFirst()).containsExactly(7, 8, 9);
    }
  }

  @Test
  void aSlowClientIsEndedAtTheHandshakesLimit() throws Exception {
    try (var raw = new Raw(at)) {
      long from = System.nanoTime();
      raw.say("GET /grid HTTP/1.1\r\nHost:");
      assertThat(raw.rest()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - from))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    } catch (java.net.SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void moreThanMaxPendingAreEndedAtOnce() throws Exception {
    var spec = plain().withMaxPending(1).withOpening(new Opening.Answer("/one", (_, _) -> {}));
    var place = listen(spec, on(world.node("b").loop(), _ -> recorder())).address();
    try (var first = new Raw(place);
        var second = new Raw(place)) {
      first.say("GET /one HTTP/1.1\r\n");
      String ended;
      try {
        ended = second.rest();
      } catch (java.net.SocketException e) {
        ended = "";
      }
      assertThat(ended).isEmpty();
      first.say(HEADERS + "\r\n");
      assertThat(first.head()).contains(" 101 ");
    }
  }

  /** Dials a server that answers as told; the key is put in for {@code $}. */
  private Recorder dialed(String answer, byte... more) throws Exception {
    try (var server = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      var dialer = recorder();
      dial(
          Address.of("127.0.0.1", server.getLocalPort()),
          plain().withOpening(new Opening.Ask("/grid", Map::of)),
          dialer);
      try (var socket = server.accept()) {
        var request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
          request.append((char) socket.getInputStream().read());
        }
        assertThat(request).startsWith("GET /grid HTTP/1.1\r\n");
        String key = request.toString().replaceAll("(?si).*sec-websocket-key: (\\S+).*", "$1");
        var head = answer.replace("$", WebSocketKeys.answer(key)).getBytes("US-ASCII");
        var all = java.util.Arrays.copyOf(head, head.length + more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        socket.getOutputStream().write(all);
        socket.getOutputStream().flush();
        world.await("an end", () -> dialer.hasClosed() || !dialer.messages().isEmpty());
      }
      world.await("the end", dialer::hasClosed);
      return dialer;
    }
  }

  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";

  @Test
  void bytesRightAfterThe101BelongToTheLink() throws Exception {
    var dialer = dialed(SWITCH + "Sec-WebSocket-Accept: $\r\n\r\n", new byte[] {0, 0, 0, 2, 5, 6});
    assertThat(dialer.messages().getFirst()).containsExactly(5, 6);
  }

  @Test
  void aWrongAnswerEndsTheDial() throws Exception {
    assertThat(dialed(SWITCH + "Sec-WebSocket-Accept: wrong\r\n\r\n").hasOpened()).isFalse();
    assertThat(dialed("garbage\r\n\r\n").why().orElseThrow())
        .isInstanceOf(DisconnectedException.class);
    assertThat(dialed("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n").why().orElseThrow())
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("401 Unauthorized");
    assertThat(dialed("HTTP/1.1 502 Bad Gateway\r\n\r\n").why().orElseThrow())
        .isInstanceOf(DisconnectedException.class)
        .hasMessageContaining("502");
  }
}
