package io.sennit.sim.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    assertThat(proxy.counts()).isEmpty();
  }

  @Test
  void lossAndDuplicatesAsOftenAsCounted() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.Loss(0.2));
    proxy.set(Direction.TO_TARGET, new Disturbance.Duplicate(0.3));
    var got = through(300);
    long lost = proxy.counts().getOrDefault("Loss", 0L);
    long twice = proxy.counts().getOrDefault("Duplicate", 0L);
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
    assertThat(proxy.counts().get("Reorder")).isPositive();
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
    assertThat(proxy.counts()).containsEntry("BlackHole", 10L);
  }

  @Test
  void bitsFlip() throws IOException {
    proxy.set(Direction.TO_TARGET, new Disturbance.FlipBit(1));
    assertThat(through(20)).isNotEqualTo(java.util.stream.IntStream.range(0, 20).boxed().toList());
    assertThat(proxy.counts()).containsEntry("FlipBit", 20L);
  }

  @Test
  void faultsOfConnectionsAreRefused() {
    assertThatThrownBy(() -> proxy.set(new Disturbance.ResetLinks()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
