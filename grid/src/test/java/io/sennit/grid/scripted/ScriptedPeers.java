package io.sennit.grid.scripted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.Tls;
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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A manager beside peers of both original generations, byte by byte: what such tests share. The
 * peer dials the manager, or the manager dials it.
 */
@ExtendWith(Leaks.class)
@Timeout(60)
abstract class ScriptedPeers {
  private static @Nullable Tls certificates;

  static final Backoff SOON_AGAIN = new Backoff(Duration.ofMillis(20), Duration.ofMillis(50));
  static final Within SOON = Within.within(Duration.ofSeconds(10));

  private final java.util.List<AutoCloseable> open = new java.util.ArrayList<>();

  @BeforeAll
  static void certificates(@TempDir Path folder) throws Exception {
    certificates = new Certificates(folder).oneSided("loopback", "ip:127.0.0.1");
  }

  @AfterEach
  void close() throws Exception {
    for (var one : open.reversed()) {
      one.close();
    }
  }

  <T extends AutoCloseable> T keep(T one) {
    open.add(one);
    return one;
  }

  Manager listening(String raw, UnaryOperator<ManagerBuilder> taste) {
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
  Manager secure(String raw) {
    var tls = Objects.requireNonNull(certificates);
    return listening(raw, b -> b.local(local(true)).tls(tls));
  }

  static String local(boolean tls) {
    return (tls ? "https" : "http") + "://manager:9000";
  }

  /** A host string that dials, or is dialed by, another. */
  static String name(String other, boolean dials, boolean tls) {
    for (int i = 1; ; i++) {
      var name = (tls ? "https" : "http") + "://raw-" + i + ":9000";
      if (Msg.dials(name, other) == dials) {
        return name;
      }
    }
  }

  static String header(Generation generation) {
    return generation == Generation.S24
        ? RawPeer.rfc3339(Instant.now())
        : RawPeer.nanos(Instant.now());
  }

  RawPeer dialed(Manager manager, String raw, Generation generation) throws Exception {
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

  ServerSocket server() throws Exception {
    var server = keep(new ServerSocket(0, 10, InetAddress.getLoopbackAddress()));
    server.setSoTimeout(15_000);
    return server;
  }

  Manager dialing(ServerSocket server, UnaryOperator<ManagerBuilder> taste) {
    var remote = "http://127.0.0.1:" + server.getLocalPort();
    var name = "";
    for (int i = 1; name.isEmpty() || !Msg.dials(name, remote); i++) {
      name = "http://m" + i + ":9000";
    }
    var local = name;
    return listening(remote, b -> taste.apply(b).local(local));
  }

  RawPeer accepted(ServerSocket server, Generation generation) throws Exception {
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

  static Connection to(Manager manager) {
    var connection = manager.connections().iterator().next();
    connection.waitForConnect(SOON);
    return connection;
  }

  <T> CompletableFuture<T> elsewhere(java.util.function.Supplier<T> code) {
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    keep(executor);
    return CompletableFuture.supplyAsync(code, executor);
  }

  static void echo(Manager manager) {
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

  static String plain(String hex) {
    return Msg.hex(Msg.hex(hex));
  }
}
