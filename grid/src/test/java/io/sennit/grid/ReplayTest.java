package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.RejectedException;
import io.sennit.core.Within;
import io.sennit.core.loop.Backoff;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A token that never changed used to open the cluster to whoever had seen one connection begin, and
 * was handed to whoever answered (grid B9). Here everything that two peers said is recorded, and
 * said again by somebody without the key, to either side.
 */
@ExtendWith(Leaks.class)
@Timeout(60)
@Row("G-proof")
class ReplayTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final int SESAME = 7;

  private final ClusterKey key = ClusterKey.random();
  private final AtomicInteger opened = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T keep(T one) {
    open.add(one);
    return one;
  }

  private Manager manager(String local) {
    var manager =
        keep(
            Manager.builder()
                .listen(Address.of("127.0.0.1", 0))
                .local(local)
                .key(key)
                .ping(Duration.ofHours(1))
                .backoff(
                    new Backoff(Duration.ofMillis(20), Duration.ofMillis(50)),
                    Duration.ofSeconds(5))
                .start());
    manager.registerSingle(
        SESAME,
        (request, caller) -> {
          opened.incrementAndGet();
          return request;
        });
    return manager;
  }

  /** Lets one connection pass and keeps what was said both ways. */
  private static final class Tape implements AutoCloseable {
    final ServerSocket server;
    final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    final ByteArrayOutputStream answered = new ByteArrayOutputStream();

    Tape() throws IOException {
      server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    String host() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    void record(Address to) throws IOException {
      var from = server.accept();
      var on = new Socket(to.host(), to.port());
      Thread.ofVirtual().start(() -> copy(from, on, asked));
      Thread.ofVirtual().start(() -> copy(on, from, answered));
    }

    private static void copy(Socket from, Socket to, ByteArrayOutputStream tape) {
      var buffer = new byte[65_536];
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          tape.write(buffer, 0, n);
          out.write(buffer, 0, n);
        }
      } catch (IOException e) {
        // either side ended it
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /** Two managers meet over the tape and one calls the other. */
  private Tape recorded(String dialer, boolean closeAcceptor) throws Exception {
    var tape = keep(new Tape());
    var acceptor = manager(tape.host());
    var asking = manager(dialer);
    var way = asking.learn(tape.host());
    var passing =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    tape.record(acceptor.address().orElseThrow());
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    assertThat(way.call(SESAME, "x".getBytes(ISO_8859_1), SOON)).hasSize(1);
    passing.join();
    assertThat(opened).hasValue(1);
    asking.close();
    if (closeAcceptor) {
      acceptor.close();
    } else {
      Awaitility.await()
          .until(() -> acceptor.connection(dialer).orElseThrow().state() != State.CONNECTED);
    }
    return tape;
  }

  @Test
  void whatADialerSaidOpensNothingASecondTime() throws Exception {
    var tape = recorded("http://dialer:1", false);
    var acceptor = (Manager) open.get(1);
    var at = acceptor.address().orElseThrow();
    var seen = acceptor.connection("http://dialer:1").orElseThrow();
    var said = tape.asked.toByteArray();
    int head = new String(said, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    int connect = head + frameLength(said, head);
    for (int round = 0; round < 3; round++) {
      long refusals = acceptor.refusals();
      try (var socket = new Socket(at.host(), at.port())) {
        socket.setSoTimeout(10_000);
        // step by step, as its first speaker did
        socket.getOutputStream().write(said, 0, head);
        assertThat(head(socket)).startsWith("HTTP/1.1 101");
        socket.getOutputStream().write(said, head, connect - head);
        assertThat(socket.getInputStream().read()).isPositive(); // the answer
        socket.getOutputStream().write(said, connect, said.length - connect);
        toTheEnd(socket);
      }
      Awaitility.await().until(() -> acceptor.refusals() > refusals);
    }
    // the upgrade and the connect message alone lead no further than to the question for a proof
    try (var socket = new Socket(at.host(), at.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(said, 0, connect);
      assertThat(toTheEnd(socket)).contains("Accepted");
    }
    assertThat(opened).hasValue(1);
    assertThat(seen.stats().connects()).isOne();
    assertThat(seen.state()).isNotEqualTo(State.CONNECTED);
  }

  @Test
  void aTokenOfAnotherMomentIsWorthNothing() throws Exception {
    var tape = recorded("http://dialer:1", false);
    var acceptor = (Manager) open.get(1);
    var at = acceptor.address().orElseThrow();
    var said = tape.asked.toString(ISO_8859_1);
    var head = said.substring(0, said.indexOf("\r\n\r\n") + 4);
    var later = head.replaceAll("(X-Minio-Time: \\d{12})\\d", "$17");
    var other = later.equals(head) ? head.replaceAll("(X-Minio-Time: \\d{12})\\d", "$18") : later;
    for (var one : List.of(head, other)) {
      try (var socket = new Socket(at.host(), at.port())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(one.getBytes(ISO_8859_1));
        socket.shutdownOutput();
        assertThat(toTheEnd(socket)).startsWith(one.equals(head) ? "HTTP/1.1 101" : "HTTP/1.1 403");
      }
    }
  }

  @Test
  void whatAnAcceptorSaidConvincesNoDialerASecondTime() throws Exception {
    var tape = recorded("http://dialer:1", true);
    var said = tape.answered.toByteArray();
    int head = new String(said, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    var victim = manager("http://dialer:1");
    var way = victim.add(tape.host());
    tape.server.setSoTimeout(10_000);
    for (int round = 0; round < 3; round++) {
      try (var socket = tape.server.accept()) {
        socket.setSoTimeout(10_000);
        var asked = head(socket);
        socket.getOutputStream().write(upgraded(asked).getBytes(ISO_8859_1));
        socket.getOutputStream().write(said, head, said.length - head);
        var rest = toTheEnd(socket).getBytes(ISO_8859_1);
        // its connect message, and nothing after it: neither a proof nor a call
        assertThat(rest.length).isEqualTo(frameLength(rest, 0));
      } catch (SocketException e) {
        continue; // it ended the connection while this side wrote
      }
    }
    Awaitility.await().until(() -> way.lastError().isPresent());
    assertThat(way.lastError().orElseThrow())
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("does not prove the cluster's key");
    assertThat(way.stats().connects()).isZero();
  }

  private static String head(Socket socket) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf("\r\n\r\n") < 0) {
      text.append((char) socket.getInputStream().read());
    }
    return text.toString();
  }

  private static String upgraded(String asked) throws Exception {
    int at = asked.toLowerCase(java.util.Locale.ROOT).indexOf("sec-websocket-key:");
    var nonce = asked.substring(at + 18, asked.indexOf("\r\n", at)).strip();
    var digest =
        MessageDigest.getInstance("SHA-1")
            .digest((nonce + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1));
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + Base64.getEncoder().encodeToString(digest)
        + "\r\n\r\n";
  }

  private static String toTheEnd(Socket socket) throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException e) {
      // reset: what came before it counts
    }
    return all.toString(ISO_8859_1);
  }

  /** The length of a frame with its head. */
  private static int frameLength(byte[] bytes, int at) {
    int length = bytes[at + 1] & 0x7f;
    int mask = (bytes[at + 1] & 0x80) == 0 ? 0 : 4;
    if (length < 126) {
      return 2 + mask + length;
    }
    assertThat(length).isEqualTo(126);
    return 4 + mask + ((bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff);
  }
}
