package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.sim.FaultyDatagrams;
import io.sennit.sim.Injected.Kind;
import io.sennit.sim.PathWeather;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The faulty wrapper around the packets of real sockets; here, for this module sees both rooms. */
final class FaultySocketsTest {
  private static final int MANY = 200;

  private static Datagrams.Socket bind(Fabric fabric, Datagrams datagrams, List<Integer> arrived) {
    var bound = new CompletableFuture<Datagrams.Socket>();
    datagrams.bind(
        fabric.quietLoop(),
        Address.of("127.0.0.1", 0),
        1_400,
        1 << 20,
        new Datagrams.Handler() {
          @Override
          public void packet(Endpoint from, ByteBuf packet) {
            arrived.add(packet.readInt());
          }

          @Override
          public void failed(SennitException why) {
            bound.completeExceptionally(why);
          }
        },
        Done.of(bound::complete, bound::completeExceptionally));
    return bound.join();
  }

  @Test
  void realPacketsAreLostDelayedAndDoubledBySeed() {
    try (var fabric = Fabric.system()) {
      var faulty = new FaultyDatagrams(fabric.datagrams(), 7);
      faulty.outgoing(
          PathWeather.builder().latency(500, 1_000).loss(0.3).duplicate(0.2).reorder(0.2).build());
      var arrived = new CopyOnWriteArrayList<Integer>();
      var to = bind(fabric, fabric.datagrams(), arrived);
      var from = bind(fabric, faulty, new CopyOnWriteArrayList<>());
      var place = Endpoint.v4(0x7f00_0001, to.local().port());
      fabric
          .quietLoop()
          .execute(
              () -> {
                for (int i = 0; i < MANY; i++) {
                  from.send(place, from.packet().writeInt(i));
                }
              });
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> {
                var injected = faulty.injected();
                assertThat(injected.count(Kind.LOSS)).isBetween(MANY / 5L, MANY / 2L);
                injected.require(Kind.DUPLICATE, Kind.REORDER);
                assertThat((long) arrived.size())
                    .isEqualTo(MANY - injected.count(Kind.LOSS) + injected.count(Kind.DUPLICATE));
              });
      from.close();
      to.close();
    }
  }
}
