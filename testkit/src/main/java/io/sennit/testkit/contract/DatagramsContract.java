package io.sennit.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
      var fabric = world.node(node);
      loop = fabric.loop();
      var bound = new Answer<Datagrams.Socket>();
      fabric.datagrams().bind(loop, world.at(node), MAX_PACKET, maxQueuedBytes, this, bound);
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
    assertThat(second.why()).isNotNull();
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
