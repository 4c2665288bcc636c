package io.sennit.sim.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.sim.BurstLoss;
import io.sennit.sim.Injected.Kind;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault of UDP, from one socket to another and back. */
@Timeout(30)
@SuppressWarnings("NullAway.Init") // filled before each test
final class UdpProxyTest {
  private DatagramSocket target;
  private DatagramSocket client;
  private UdpProxy proxy;

  @BeforeEach
  void begin() throws IOException {
    target = socket();
    client = socket();
    proxy = UdpProxy.to((InetSocketAddress) target.getLocalSocketAddress(), 5);
  }

  private static DatagramSocket socket() throws IOException {
    var made = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    made.setSoTimeout(400);
    return made;
  }

  @AfterEach
  void end() {
    proxy.close();
    proxy.close();
    target.close();
    client.close();
  }

  private void send(int number) throws IOException {
    client.send(
        new DatagramPacket(ByteBuffer.allocate(4).putInt(number).array(), 4, proxy.address()));
  }

  /** Sends numbers in small groups, so that no kernel buffer overflows, and collects arrivals. */
  private List<Integer> through(int count) throws IOException {
    var got = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      send(i);
      if (i % 50 == 49) {
        target.setSoTimeout(60);
        drain(got);
      }
    }
    target.setSoTimeout(400);
    drain(got);
    return got;
  }

  private void drain(List<Integer> got) throws IOException {
    var packet = new DatagramPacket(new byte[100], 100);
    try {
      while (true) {
        target.receive(packet);
        got.add(ByteBuffer.wrap(packet.getData()).getInt());
      }
    } catch (SocketTimeoutException e) {
      assertThat(packet.getLength()).isLessThanOrEqualTo(100); // nothing more comes
    }
  }

  @Test
  void fairWeatherForwardsBothWays() throws IOException {
    send(7);
    var packet = new DatagramPacket(new byte[100], 100);
    target.receive(packet);
    assertThat(packet.getLength()).isEqualTo(4);
    target.send(new DatagramPacket(new byte[] {1, 2}, 2, packet.getSocketAddress()));
    client.receive(packet);
    assertThat(packet.getLength()).isEqualTo(2);
    assertThat(packet.getSocketAddress()).isEqualTo(proxy.address());
    assertThat(proxy.injected().counts()).isEmpty();
    assertThat(proxy.troubles()).isEmpty();
  }

  @Test
  void lossAndDuplicatesAsOftenAsCounted() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Loss(0.2));
    proxy.set(Direction.TO_TARGET, new Disturbance.Duplicate(0.3));
    var got = through(300);
    long lost = proxy.injected().count(Kind.LOSS);
    long twice = proxy.injected().count(Kind.DUPLICATE);
    assertThat(lost).isBetween(30L, 100L);
    assertThat(twice).isBetween(40L, 120L);
    assertThat((long) got.size()).isEqualTo(300 - lost + twice);
  }

  @Test
  void reorderLetsOthersOvertake() throws IOException {
    proxy.set(new Disturbance.Reorder(0.2, Duration.ofMillis(30)));
    var got = through(100);
    assertThat(got).hasSize(100);
    assertThat(got).isNotEqualTo(got.stream().sorted().toList());
    long overtaken = 0;
    int latest = -1;
    for (int number : got) {
      overtaken += number < latest ? 1 : 0;
      latest = Math.max(latest, number);
    }
    assertThat(proxy.injected().count(Kind.REORDER)).isEqualTo(overtaken);
  }

  @Test
  void whoIsLateAndNotOvertakenIsNotReordered() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Reorder(1, Duration.ofMillis(30)));
    assertThat(through(20)).isSorted().hasSize(20);
    assertThat(proxy.injected().counts()).isEmpty();
  }

  @Test
  void latencyDelays() throws IOException {
    proxy.set(new Disturbance.Latency(Duration.ofMillis(120), Duration.ZERO));
    long start = System.nanoTime();
    send(1);
    target.receive(new DatagramPacket(new byte[100], 100));
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(120_000_000);
  }

  @Test
  void aBlackHoleLetsNothingThrough() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.BlackHole());
    assertThat(through(10)).isEmpty();
    proxy.heal();
    assertThat(through(10)).hasSize(10);
    assertThat(proxy.injected().count(Kind.BLACK_HOLE)).as("once for each that stands").isOne();
  }

  @Test
  void bitsFlip() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Corrupt(1));
    assertThat(through(20)).isNotEqualTo(java.util.stream.IntStream.range(0, 20).boxed().toList());
    assertThat(proxy.injected().count(Kind.CORRUPT)).isEqualTo(20);
  }

  @Test
  void lossComesInBursts() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Burst(new BurstLoss(0.05, 0.2, 1)));
    var got = through(400);
    assertThat(got).hasSize(400 - (int) proxy.injected().count(Kind.BURST));
    int longest = 0;
    for (int i = 1; i < got.size(); i++) {
      longest = Math.max(longest, got.get(i) - got.get(i - 1) - 1);
    }
    assertThat(longest).as("lost in a row, where one by one six would be rare").isGreaterThan(5);
    assertThat(proxy.injected().count(Kind.LOSS)).isZero();
  }

  @Test
  void packetsLoseTheirEnds() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Truncate(0.5));
    int shorter = 0;
    var packet = new DatagramPacket(new byte[100], 100);
    for (int i = 0; i < 40; i++) {
      send(i);
      packet.setLength(100);
      target.receive(packet);
      assertThat(packet.getLength()).isBetween(1, 4);
      shorter += packet.getLength() < 4 ? 1 : 0;
    }
    assertThat(shorter).isBetween(5, 35);
    assertThat(proxy.injected().count(Kind.TRUNCATE)).isEqualTo(shorter);
  }

  @Test
  void aSecondCopyThatHasNotLeftIsNotCounted() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Duplicate(1));
    proxy.set(Direction.TO_TARGET, new Disturbance.Latency(Duration.ofMinutes(1), Duration.ZERO));
    through(100);
    assertThat(proxy.injected().counts()).isEmpty();
  }

  @Test
  void betweenTwoSocketsBothSeeOnePort() throws IOException {
    try (var stranger = socket();
        var between =
            UdpProxy.between(
                (InetSocketAddress) client.getLocalSocketAddress(),
                (InetSocketAddress) target.getLocalSocketAddress(),
                1)) {
      var packet = new DatagramPacket(new byte[100], 100);
      client.send(new DatagramPacket(new byte[3], 3, between.address()));
      target.receive(packet);
      assertThat(packet.getSocketAddress()).isEqualTo(between.address());
      target.send(new DatagramPacket(new byte[2], 2, packet.getSocketAddress()));
      client.receive(packet);
      assertThat(packet.getLength()).isEqualTo(2);
      assertThat(packet.getSocketAddress()).isEqualTo(between.address());

      stranger.send(new DatagramPacket(new byte[1], 1, between.address()));
      Awaitility.await().until(() -> between.troubles().containsKey("Stranger"));
      between.moveFrom((InetSocketAddress) stranger.getLocalSocketAddress());
      stranger.send(new DatagramPacket(new byte[1], 1, between.address()));
      target.receive(packet);
      assertThat(packet.getLength()).isOne();
      assertThat(between.injected().counts()).isEmpty();
    }
    assertThatThrownBy(() -> proxy.moveFrom(proxy.address()))
        .isInstanceOf(IllegalStateException.class);
  }
}
