package io.sennit.sim.proxy;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault of TCP, on an echo server. */
@Timeout(30)
@SuppressWarnings("NullAway.Init") // filled before each test
final class TcpProxyTest {
  private EchoServer server;
  private TcpProxy proxy;

  @BeforeEach
  void begin() throws IOException {
    server = new EchoServer();
    proxy = TcpProxy.to(server.address(), 1);
  }

  @AfterEach
  void end() throws IOException {
    proxy.close();
    proxy.close();
    server.close();
    assertThat(proxy.connections()).isZero();
  }

  private Socket dial() throws IOException {
    var socket = new Socket();
    socket.connect(proxy.address(), 5_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static long echoMillis(Socket socket, byte[] bytes) throws IOException {
    long start = System.nanoTime();
    socket.getOutputStream().write(bytes);
    assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  @Test
  void fairWeatherForwardsAllBytesBothWaysAndEndsCleanly() throws Exception {
    var bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    try (var socket = dial()) {
      var writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      socket.getOutputStream().write(bytes);
                      socket.shutdownOutput();
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
      writer.join();
    }
    Awaitility.await().until(() -> proxy.connections() == 0);
    assertThat(proxy.injected().counts()).isEmpty();
    assertThat(proxy.troubles()).isEmpty();
  }

  @Test
  void latencyDelaysBothWays() throws Exception {
    proxy.set(new Disturbance.Latency(ofMillis(80), ofMillis(10)));
    try (var socket = dial()) {
      assertThat(echoMillis(socket, new byte[10])).isBetween(160L, 2_000L);
      proxy.heal();
      Awaitility.await().until(() -> echoMillis(socket, new byte[10]) < 80);
    }
  }

  @Test
  void aRateSlows() throws Exception {
    proxy.set(Direction.TO_TARGET, new Disturbance.Rate(200_000));
    try (var socket = dial()) {
      assertThat(echoMillis(socket, new byte[60_000])).isBetween(200L, 3_000L);
    }
    assertThat(proxy.injected().count(Kind.RATE)).isPositive();
  }

  @Test
  void slicingLosesNothing() throws Exception {
    proxy.set(new Disturbance.Slice(3));
    try (var socket = dial()) {
      var bytes = new byte[1_000];
      new Random(2).nextBytes(bytes);
      echoMillis(socket, bytes);
    }
    assertThat(proxy.injected().count(Kind.SLICE)).isGreaterThanOrEqualTo(600);
  }

  @Test
  void aBlackHoleOfOneDirectionKeepsTheSocketOpenAndLetsGoLater() throws Exception {
    try (var socket = dial()) {
      echoMillis(socket, new byte[1]);
      proxy.set(Direction.FROM_TARGET, new Disturbance.BlackHole());
      socket.getOutputStream().write(7);
      socket.setSoTimeout(300);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      proxy.lift(Disturbance.BlackHole.class);
      socket.setSoTimeout(5_000);
      assertThat(socket.getInputStream().read()).isEqualTo(7);
    }
    assertThat(proxy.injected().count(Kind.BLACK_HOLE)).isOne();
  }

  @Test
  void aBlackHoleHoldsBackTheSenderInTheEnd() throws Exception {
    proxy.set(new Disturbance.BlackHole());
    try (var socket = dial()) {
      var sent = new java.util.concurrent.atomic.AtomicLong();
      var sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 10_000; i++) {
                        socket.getOutputStream().write(new byte[64 << 10]);
                        sent.addAndGet(64 << 10);
                      }
                    } catch (IOException e) {
                      sent.addAndGet(1L << 40); // closed at the end of the test: expected then only
                    }
                  });
      var before = new java.util.concurrent.atomic.AtomicLong(-1);
      Awaitility.await()
          .pollInterval(ofMillis(300))
          .until(() -> before.getAndSet(sent.get()) == sent.get() && sent.get() > 0);
      assertThat(sent.get()).as("bytes taken by the proxy").isLessThan(64 << 20);
      proxy.close();
      sender.join();
    }
  }

  @Test
  void resetAfterSoManyBytes() throws Exception {
    proxy.set(Direction.FROM_TARGET, new Disturbance.CutAfter(10));
    try (var socket = dial()) {
      socket.getOutputStream().write(new byte[50]);
      assertThatThrownBy(() -> socket.getInputStream().readNBytes(50))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
    assertThat(proxy.injected().counts()).isEqualTo(Map.of(Kind.CUT, 1L, Kind.CUT_INSIDE, 1L));
  }

  @Test
  void resetNowHitsEveryConnection() throws Exception {
    try (var one = dial();
        var two = dial()) {
      echoMillis(one, new byte[1]);
      echoMillis(two, new byte[1]);
      proxy.set(Direction.TO_TARGET, new Disturbance.Cut());
      for (var socket : new Socket[] {one, two}) {
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      }
    }
    assertThat(proxy.injected().counts()).isEqualTo(Map.of(Kind.CUT, 2L));
  }

  @Test
  void halfCloseEndsOneDirection() throws Exception {
    try (var socket = dial()) {
      echoMillis(socket, new byte[1]);
      proxy.set(Direction.FROM_TARGET, new Disturbance.HalfClose());
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    assertThat(proxy.injected().count(Kind.HALF_CLOSE)).isOne();
  }

  @Test
  void connectsAreRefusedWhileThoseThereGoOn() throws Exception {
    try (var before = dial()) {
      echoMillis(before, new byte[1]);
      for (int round = 0; round < 50; round++) { // closing a port took time, once
        proxy.set(new Disturbance.Refuse());
        assertThatThrownBy(this::dial).isInstanceOf(ConnectException.class);
        echoMillis(before, new byte[1]);
        proxy.heal();
        try (var after = dial()) {
          echoMillis(after, new byte[1]);
        }
      }
    }
    assertThat(proxy.injected().setUp(Kind.REFUSED)).isEqualTo(50);
  }

  @Test
  void connectsHang() throws Exception {
    proxy.set(new Disturbance.Hang());
    try (var socket = new Socket()) {
      assertThatThrownBy(() -> socket.connect(proxy.address(), 400))
          .isInstanceOf(SocketTimeoutException.class);
    }
    proxy.lift(Disturbance.Hang.class);
    try (var after = dial()) {
      echoMillis(after, new byte[1]);
    }
    assertThat(proxy.injected().setUp(Kind.REFUSED)).isOne();
  }

  @Test
  void bitsFlip() throws Exception {
    proxy.set(Direction.TO_TARGET, new Disturbance.Corrupt(1));
    try (var socket = dial()) {
      socket.getOutputStream().write(new byte[100]);
      int ones = 0;
      for (byte b : socket.getInputStream().readNBytes(100)) {
        ones += Integer.bitCount(b & 0xff);
      }
      assertThat(ones).isPositive();
    }
    assertThat(proxy.injected().count(Kind.CORRUPT)).isPositive();
  }

  @Test
  void aTargetThatIsNotThereResets() throws Exception {
    InetSocketAddress nobody;
    try (var gone = new EchoServer()) {
      nobody = gone.address();
    }
    try (var other = TcpProxy.to(nobody, 1);
        var socket = new Socket()) {
      socket.setSoTimeout(5_000);
      assertThatThrownBy( // the reset may come as early as the connect
              () -> {
                socket.connect(other.address(), 5_000);
                socket.getInputStream().read();
              })
          .isInstanceOf(SocketException.class);
    }
  }

  @Test
  void whatStandsAndMeetsNothingIsNotCounted() throws Exception {
    proxy.set(new Disturbance.BlackHole());
    proxy.set(new Disturbance.CutAfter(1));
    proxy.set(new Disturbance.Rate(1_000_000_000));
    try (var socket = dial()) {
      proxy.lift(Disturbance.BlackHole.class);
      proxy.lift(Disturbance.CutAfter.class);
      echoMillis(socket, new byte[1]);
    }
    assertThat(proxy.injected().counts()).isEmpty();
  }
}
