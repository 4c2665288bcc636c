package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.ConfigException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What packets may count on: their edges, their sender, their bounds. */
public abstract class DatagramsContract extends Contract {
  private static final int MAX_PACKET = 1400;

  /** A socket and what it got. */
  private final class Port implements Datagrams.Handler {
    final Loop loop;
    final Datagrams.Socket socket;
    final Endpoint at;
    final List<byte[]> packets = new CopyOnWriteArrayList<>();
    final List<Endpoint> senders = new CopyOnWriteArrayList<>();
    final AtomicInteger batches = new AtomicInteger();

    Port(String node, long maxQueuedBytes) {
      this(node, world.at(node), maxQueuedBytes);
    }

    Port(String node, Address place, long maxQueuedBytes) {
      var fabric = world.node(node);
      loop = fabric.loop();
      var bound = new Answer<Datagrams.Socket>();
      fabric.datagrams().bind(loop, place, MAX_PACKET, maxQueuedBytes, this, bound);
      world.await("bound", () -> bound.answers() == 1);
      socket = bound.value();
      var places = new Answer<List<Endpoint>>();
      fabric.names().resolve(loop, socket.local().toString(), false, places);
      world.await("resolved", () -> places.answers() == 1);
      at = places.value().getFirst();
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      if (!loop.inLoop() || !packet.hasArray()) {
        wrongs.add("a packet off the loop or off the heap");
      }
      var bytes = new byte[packet.readableBytes()];
      packet.getBytes(packet.readerIndex(), bytes);
      packets.add(bytes);
      senders.add(from);
    }

    @Override
    public void batchEnd() {
      batches.incrementAndGet();
    }

    @Override
    public void failed(SennitException why) {
      wrongs.add("failed: " + why);
    }

    void send(Endpoint to, byte[] bytes) {
      loop.execute(() -> socket.send(to, given(socket.packet().writeBytes(bytes))));
    }
  }

  private static boolean holds(List<byte[]> packets, byte[] wanted) {
    return packets.stream().anyMatch(p -> java.util.Arrays.equals(p, wanted));
  }

  @Test
  void deliversPacketsBothWaysWithTheirSender() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    a.send(b.at, pattern(1, 1));
    a.send(b.at, pattern(MAX_PACKET, 2));
    world.await(
        "both packets",
        () -> holds(b.packets, pattern(1, 1)) && holds(b.packets, pattern(MAX_PACKET, 2)));
    var from = b.senders.getFirst();
    assertThat(from.port()).isEqualTo(a.socket.local().port());
    b.send(from, pattern(77, 3));
    world.await("an answer", () -> holds(a.packets, pattern(77, 3)));
    assertThat(b.batches.get()).isPositive();
    world.await("counted", () -> a.socket.stats().sent() == 2 && a.socket.stats().received() == 1);
  }

  @Test
  void sendsABurstFromOneTurn() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    a.loop.execute(
        () -> {
          for (int i = 0; i < 40; i++) {
            if (!a.socket.send(b.at, given(a.socket.packet().writeBytes(pattern(100 + i, i))))) {
              wrongs.add("dropped at " + i);
            }
          }
        });
    world.await("the burst", () -> b.packets.size() == 40);
    for (int i = 0; i < 40; i++) {
      assertThat(holds(b.packets, pattern(100 + i, i))).isTrue();
    }
  }

  @Test
  void dropsAndCountsWhatIsTooLong() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    var taken = new AtomicInteger(-1);
    a.loop.execute(
        () -> {
          var tooLong = given(io.netty.buffer.Unpooled.buffer(MAX_PACKET + 1));
          tooLong.writeBytes(pattern(MAX_PACKET + 1, 1));
          taken.set(a.socket.send(b.at, tooLong) ? 1 : 0);
        });
    world.await("an answer", () -> taken.get() >= 0);
    assertThat(taken).hasValue(0);
    assertThat(a.socket.stats().droppedLong()).isEqualTo(1);
    a.send(b.at, pattern(5, 5));
    world.await("the next one", () -> b.packets.size() == 1);
    assertThat(b.packets.getFirst()).isEqualTo(pattern(5, 5));
  }

  @Test
  void dropsAndCountsWhatTheQueueCannotHold() {
    var a = new Port("a", 10_000);
    var b = new Port("b", 1 << 20);
    var refused = new AtomicInteger(-1);
    a.loop.execute(
        () -> {
          int no = 0;
          for (int i = 0; i < 20; i++) {
            no +=
                a.socket.send(b.at, given(a.socket.packet().writeBytes(pattern(1000, i)))) ? 0 : 1;
          }
          refused.set(no);
        });
    world.await("an answer", () -> refused.get() >= 0);
    assertThat(refused).hasValueGreaterThan(5);
    assertThat(a.socket.stats().droppedFull()).isEqualTo(refused.get());
    world.await("those taken", () -> b.packets.size() == 20 - refused.get());
  }

  @Test
  void sendingAfterCloseIsHarmless() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    var taken = new AtomicInteger(-1);
    a.loop.execute(
        () -> {
          var packet = given(a.socket.packet().writeBytes(pattern(9, 9)));
          a.socket.close();
          a.socket.close();
          taken.set(a.socket.send(b.at, packet) ? 1 : 0);
        });
    world.await("an answer", () -> taken.get() >= 0);
    assertThat(taken).hasValue(0);
    b.socket.close();
  }

  @Test
  void aTakenPlaceIsRefused() {
    var a = new Port("a", 1 << 20);
    var fabric = world.node("a");
    var second = new Answer<Datagrams.Socket>();
    Address at = a.socket.local();
    fabric.datagrams().bind(a.loop, at, MAX_PACKET, 1 << 20, a, second);
    world.await("an answer", () -> second.answers() == 1);
    assertThat(second.why()).isInstanceOf(ConfigException.class).hasMessageContaining("" + at);
  }

  @Test
  void anAddressOfNoInterfaceHereIsRefused() {
    var fabric = world.node("a");
    var answer = new Answer<Datagrams.Socket>();
    var elsewhere = Address.of("192.0.2.1", 0); // reserved for examples
    var handler = new Port("a", 1 << 20);
    fabric.datagrams().bind(fabric.loop(), elsewhere, MAX_PACKET, 1 << 20, handler, answer);
    world.await("an answer", () -> answer.answers() == 1);
    assertThat(answer.why()).isInstanceOf(ConfigException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 65_508})
  void aLengthNoPacketCanHaveIsRefused(int maxPacket) {
    var fabric = world.node("a");
    var answer = new Answer<Datagrams.Socket>();
    var handler = new Port("a", 1 << 20);
    fabric.datagrams().bind(fabric.loop(), world.at("a"), maxPacket, 1 << 20, handler, answer);
    world.await("an answer", () -> answer.answers() == 1);
    assertThat(answer.why()).isInstanceOf(ConfigException.class).hasMessageContaining("maxPacket");
  }

  /** A goodbye is sent in the turn of the close, which used to throw it away (foundation B8). */
  @Test
  void whatWasSentInTheTurnOfTheCloseLeaves() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    a.loop.execute(
        () -> {
          for (int i = 0; i < 3; i++) {
            a.socket.send(b.at, given(a.socket.packet().writeBytes(pattern(20 + i, i))));
          }
          a.socket.close();
        });
    world.await("the last words", () -> b.packets.size() == 3);
    for (int i = 0; i < 3; i++) {
      assertThat(holds(b.packets, pattern(20 + i, i))).isTrue();
    }
    assertThat(a.socket.stats().sent()).isEqualTo(3);
    assertThat(a.socket.stats().errors()).isZero();
  }

  /** Packets of one turn may travel together: none is cut, joined or given to the wrong target. */
  @Test
  void packetsOfAllLengthsToTwoTargetsKeepTheirEdges() {
    var a = new Port("a", 8 << 20);
    var b = new Port("b", 1 << 20);
    var c = new Port("b", 1 << 20);
    var toB = new ArrayList<byte[]>();
    var toC = new ArrayList<byte[]>();
    for (int i = 0; i < 70; i++) {
      toB.add(pattern(1200, i)); // more of one length than the kernel cuts at once
      toC.add(pattern(1 + 37 * i % MAX_PACKET, 100 + i));
    }
    toB.add(pattern(1199, 70));
    toB.add(pattern(1200, 71));
    toB.add(pattern(MAX_PACKET, 73));
    toB.add(pattern(1, 74));
    a.loop.execute(
        () -> {
          for (int i = 0; i < toB.size(); i++) {
            a.socket.send(b.at, given(a.socket.packet().writeBytes(toB.get(i))));
            if (i < toC.size()) {
              a.socket.send(c.at, given(a.socket.packet().writeBytes(toC.get(i))));
            }
          }
        });
    world.await(
        "all packets", () -> b.packets.size() == toB.size() && c.packets.size() == toC.size());
    assertThat(b.packets).containsExactlyInAnyOrderElementsOf(toB);
    assertThat(c.packets).containsExactlyInAnyOrderElementsOf(toC);
    world.await("counted", () -> a.socket.stats().sent() == toB.size() + toC.size());
  }

  /** What the kernel has no room for is lost; nobody used to know. */
  @Test
  void whatTheReceiversKernelDropsIsCounted() {
    var a = new Port("a", 64 << 20);
    var b = new Port("b", 1 << 20);
    int many = 3_000;
    var one = pattern(1200, 1);
    a.loop.execute(
        () -> {
          for (int i = 0; i < many; i++) {
            a.socket.send(b.at, a.socket.packet().writeBytes(one));
          }
        });
    world.await("sent", () -> a.socket.stats().sent() == many);
    world.await(
        "each packet is received or counted",
        () -> {
          var stats = b.socket.stats();
          return stats.droppedKernel() < 0 || stats.received() + stats.droppedKernel() == many;
        });
  }

  /** One world used to say it was sent and send nothing, the other delivered it. */
  @Test
  void anEmptyPacketIsRefusedAndCounted() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    var taken = new AtomicInteger(-1);
    a.loop.execute(
        () -> {
          taken.set(a.socket.send(b.at, given(a.socket.packet())) ? 1 : 0);
          a.socket.send(b.at, given(a.socket.packet().writeBytes(pattern(5, 5))));
        });
    world.await("the next one", () -> b.packets.size() == 1);
    assertThat(taken).hasValue(0);
    assertThat(b.packets.getFirst()).isEqualTo(pattern(5, 5));
    assertThat(a.socket.stats().errors()).isEqualTo(1);
  }

  @Test
  void whoIsBoundToEveryInterfaceLearnsWhatToAdvertise() {
    var a = new Port("a", Address.of("0.0.0.0", 0), 1 << 20);
    var b = new Port("b", 1 << 20);
    var advertised = new CopyOnWriteArrayList<Endpoint>();
    a.loop.execute(() -> a.socket.localToward(b.at).ifPresent(advertised::add));
    a.send(b.at, pattern(5, 5));
    world.await("a packet", () -> b.packets.size() == 1 && !advertised.isEmpty());
    assertThat(advertised).containsExactly(b.senders.getFirst());
    b.send(advertised.getFirst(), pattern(6, 6));
    world.await("an answer", () -> holds(a.packets, pattern(6, 6)));
  }

  @Test
  void theInterfacesAreToldWithTheirAddresses() {
    var fabric = world.node("a");
    var answer = new Answer<List<Datagrams.Interface>>();
    fabric.datagrams().interfaces(fabric.loop(), answer);
    world.await("an answer", () -> answer.answers() == 1);
    var loopback = Endpoint.v4(0x7f000001, 0);
    assertThat(answer.value())
        .anySatisfy(
            one -> {
              assertThat(one.loopback()).isTrue();
              assertThat(one.addresses()).contains(loopback);
              assertThat(one.mtu()).isGreaterThanOrEqualTo(1280);
            });
    assertThat(loopback.toAddress()).hasToString("127.0.0.1:0");
  }

  @Test
  void aPacketToNobodyHarmsNothing() {
    var a = new Port("a", 1 << 20);
    var b = new Port("b", 1 << 20);
    var gone = new Port("b", 1 << 20);
    gone.socket.close();
    a.send(gone.at, pattern(3, 3));
    a.send(gone.at, pattern(3, 3));
    a.send(b.at, pattern(4, 4));
    world.await("the living one", () -> holds(b.packets, pattern(4, 4)));
  }
}
