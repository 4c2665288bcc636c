package io.sennit.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.testkit.World;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What only real sockets show: the kernel's limits and drops, and logs that a peer cannot flood.
 */
class UdpSocketTest {
  private static final IntegerUnixChannelOption V6_MTU =
      new IntegerUnixChannelOption("IPV6_MTU", UdpOptions.SOL_IPV6, 24);

  private final World world = Worlds.epoll();

  @AfterEach
  void close() {
    world.close();
  }

  private class Port implements Datagrams.Handler {
    final Loop loop = world.node("n").loop();
    final UdpSocket socket;
    final AtomicInteger got = new AtomicInteger();
    final List<String> tooLong = new CopyOnWriteArrayList<>();

    Port(String at, int maxPacket) {
      var bound = new AtomicReference<Datagrams.Socket>();
      var why = new AtomicReference<SennitException>();
      world
          .node("n")
          .datagrams()
          .bind(loop, Address.parse(at), maxPacket, 64 << 20, this, Done.of(bound::set, why::set));
      world.await("bound", () -> bound.get() != null || why.get() != null);
      assertThat(why.get()).isNull();
      socket = (UdpSocket) Objects.requireNonNull(bound.get());
    }

    Endpoint at() {
      return world(socket.local());
    }

    private Endpoint world(Address local) {
      var places = new AtomicReference<List<Endpoint>>();
      world
          .node("n")
          .names()
          .resolve(loop, local.toString(), false, Done.of(places::set, why -> {}));
      world.await("resolved", () -> places.get() != null);
      return Objects.requireNonNull(places.get()).getFirst();
    }

    void send(Endpoint to, int... lengths) {
      loop.execute(
          () -> {
            for (int length : lengths) {
              socket.send(to, socket.packet().writeZero(length));
            }
          });
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      got.incrementAndGet();
    }

    @Override
    public void tooLong(Endpoint to, int bytes, int fits) {
      tooLong.add(bytes + " of " + fits);
    }

    @Override
    public void failed(SennitException why) {}
  }

  private static boolean hasV6Loopback() {
    try {
      return NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  /** A path of 1280 bytes, as the kernel itself can be told for one IPv6 socket. */
  @Test
  void aPacketLongerThanItsPathIsToldCountedAndHarmsNoOther() {
    assumeTrue(Epoll.isAvailable() && hasV6Loopback(), "needs epoll and IPv6 on loopback");
    var a = new Port("[::1]:0", 1400);
    var b = new Port("[::1]:0", 1400);
    var to = b.at();
    var narrowed = new AtomicReference<Boolean>();
    a.loop.execute(
        () ->
            narrowed.set(
                Objects.requireNonNull(a.socket.channel()).config().setOption(V6_MTU, 1280)));
    world.await("narrowed", () -> narrowed.get() != null);
    assertThat(narrowed.get()).isTrue();
    int most = 1280 - 48;
    a.send(to, 100, most, most + 1, 1400, 1400, 1400, 7);
    world.await("told", () -> a.tooLong.size() == 4 && b.got.get() == 3);
    assertThat(a.tooLong.getFirst()).startsWith(most + 1 + " of ");
    assertThat(a.tooLong.getLast()).startsWith("1400 of ");
    var stats = a.socket.stats();
    assertThat(stats.droppedPath()).isEqualTo(4);
    assertThat(stats.sent()).isEqualTo(3);
    assertThat(stats.errors()).isZero();
  }

  @Test
  void theKernelTellsWhatAPathTakes() {
    assumeTrue(Epoll.isAvailable(), "needs epoll");
    var known = PathMtu.ask(Endpoint.v4(0x7f000001, 9), 0);
    assertThat(known.fits()).isBetween(1280, 65_536);
  }

  /** A receiver that stands still: what did not fit in its kernel's buffer is counted. */
  @Test
  void whatAFullKernelBufferDropsIsCounted() throws InterruptedException {
    assumeTrue(Epoll.isAvailable(), "needs epoll");
    var a = new Port("127.0.0.1:0", 1400);
    var b = new Port("127.0.0.1:0", 1400);
    var to = b.at();
    assertThat(a.loop).isNotSameAs(b.loop);
    var go = new CountDownLatch(1);
    b.loop.execute(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    int many = 4_000;
    var lengths = new int[many];
    java.util.Arrays.fill(lengths, 1400);
    a.send(to, lengths);
    world.await("sent", () -> a.socket.stats().sent() == many);
    go.countDown();
    world.await(
        "all are accounted for", () -> b.got.get() + b.socket.stats().droppedKernel() == many);
    assertThat(b.socket.stats().droppedKernel()).isPositive();
    assertThat(b.socket.receiveBuffer()).isBetween(4 << 10, 1 << 20);
  }

  /**
   * A decoder that throws used to log a stack trace a packet, as a peer pleased (foundation B17).
   */
  @Test
  void aHandlerThatThrowsIsCountedAndLoggedRarely() {
    var lines = new AtomicInteger();
    var counting =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.incrementAndGet();
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    var logger = Logger.getLogger("io.sennit.net.datagrams");
    boolean parents = logger.getUseParentHandlers();
    logger.addHandler(counting);
    logger.setUseParentHandlers(false);
    try {
      var a = new Port("127.0.0.1:0", 1400);
      var b =
          new Port("127.0.0.1:0", 1400) {
            @Override
            public void packet(Endpoint from, ByteBuf packet) {
              super.packet(from, packet);
              throw new IllegalStateException("a decoder's mistake");
            }

            @Override
            public void batchEnd() {
              throw new IllegalStateException("another mistake");
            }
          };
      var to = b.at();
      var lengths = new int[200];
      java.util.Arrays.fill(lengths, 50);
      a.send(to, lengths);
      world.await("delivered", () -> b.got.get() == lengths.length);
      assertThat(b.socket.stats().errors()).isGreaterThan(lengths.length - 1L);
      assertThat(lines.get()).isBetween(1, 3);
    } finally {
      logger.removeHandler(counting);
      logger.setUseParentHandlers(parents);
    }
  }
}
