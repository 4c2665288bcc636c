package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.sim.Injected.Kind;
import io.sennit.testkit.LengthFraming;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A port with a rate: what queues, what is dropped, and that all peers share it. */
final class BottleneckTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int RATE = 1_000_000; // bytes a second
  private static final int QUEUE = 50_000; // 50 ms at that rate
  private static final int PACKET = 1_000; // with headers

  private final Simulation simulation = Simulation.of(6);
  private final Post a = new Post(simulation, "a");
  private final Post b = new Post(simulation, "b");
  private final Post c = new Post(simulation, "c");

  @AfterEach
  void close() {
    assertThat(simulation.uncaught()).isEmpty();
    var traffic = simulation.traffic();
    assertThat(traffic.packetsSent()).isEqualTo(traffic.packetsDelivered() + traffic.packetsLost());
    simulation.close();
  }

  private void send(Post from, Post to, int bytesPerSecond, int seconds) {
    int count = bytesPerSecond / PACKET * seconds;
    from.send(to.place(), count, PACKET - PathWeather.HEADERS, SECOND.multipliedBy(seconds));
  }

  private static long bytes(Post at) {
    return (long) at.arrivals.size() * PACKET;
  }

  @Test
  void whatIsUnderTheRatePasses() {
    simulation.faults().port("a", new Bottleneck(RATE, QUEUE));
    send(a, b, RATE * 9 / 10, 2);
    simulation.run(SECOND.multipliedBy(3));
    assertThat(bytes(b)).isEqualTo(RATE * 18 / 10);
    assertThat(simulation.injected().count(Kind.TAIL_DROP)).isZero();
  }

  @Test
  void whatIsOverTheRateIsDroppedAtTheTail() {
    simulation.faults().port("a", new Bottleneck(RATE, QUEUE));
    var begin = simulation.time();
    send(a, b, 2 * RATE, 2);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(bytes(b)).isBetween(RATE * 19L / 10, RATE * 2L);
    simulation.run(SECOND);
    assertThat(bytes(b)).isBetween(RATE * 2L, RATE * 2L + QUEUE);
    assertThat(simulation.injected().count(Kind.TAIL_DROP)).isEqualTo(4_000 - b.arrivals.size());
    // the last ones waited for a full queue, no longer
    assertThat(b.arrivals.getLast().at().minus(begin))
        .isBetween(Duration.ofMillis(2_040), Duration.ofMillis(2_055));
  }

  @Test
  void theSendersPortIsSharedByAllItsPeers() {
    simulation.faults().port("a", new Bottleneck(RATE, QUEUE));
    send(a, b, RATE, 2);
    send(a, c, RATE, 2);
    send(b, c, RATE, 2); // through other ports
    simulation.run(SECOND.multipliedBy(3));
    long fromA = bytes(b) + bytes(c) - 2 * RATE;
    assertThat(fromA).isBetween(RATE * 2L, RATE * 2L + QUEUE);
    assertThat(bytes(b)).isBetween(RATE * 3L / 4, RATE * 5L / 4);
  }

  @Test
  void theReceiversPortIsSharedByAllItsPeers() {
    simulation.faults().port("c", new Bottleneck(RATE, QUEUE));
    send(a, c, RATE, 2);
    send(b, c, RATE, 2);
    send(a, b, RATE, 2);
    simulation.run(SECOND.multipliedBy(3));
    assertThat(bytes(c)).isBetween(RATE * 2L, RATE * 2L + QUEUE);
    assertThat(bytes(b)).isEqualTo(2 * RATE);
  }

  @Test
  void eachDirectionHasItsOwnQueue() {
    simulation.faults().port("a", new Bottleneck(RATE, QUEUE));
    send(a, b, RATE, 2);
    send(b, a, RATE, 2);
    simulation.run(SECOND.multipliedBy(3));
    assertThat(bytes(a)).isEqualTo(2 * RATE);
    assertThat(bytes(b)).isEqualTo(2 * RATE);
  }

  @Test
  void theRateOfAPairIsItsOwn() {
    simulation
        .faults()
        .path("a", "b", PathWeather.builder().latency(100, 0).bottleneck(RATE, QUEUE).build());
    send(a, b, 2 * RATE, 2);
    send(a, c, 2 * RATE, 2);
    simulation.run(SECOND.multipliedBy(3));
    assertThat(bytes(b)).isBetween(RATE * 2L, RATE * 2L + QUEUE);
    assertThat(bytes(c)).isEqualTo(4 * RATE);
  }

  @Test
  void linksAndPacketsShareTheRateAndNothingOfALinkIsLost() {
    simulation.faults().port("a", new Bottleneck(RATE, QUEUE));
    var received = new long[1];
    transfer(simulation.node("a"), simulation.node("b"), received);
    send(a, c, RATE / 4, 4);
    simulation.run(SECOND.multipliedBy(4));
    double ofLinks = received[0] / 4.0 / RATE;
    double ofPackets = bytes(c) / 4.0 / RATE;
    simulation.run(SECOND);
    assertThat(ofPackets).isGreaterThan(0.24); // half of the queue is theirs
    assertThat(ofLinks).isBetween(0.65, 0.76);
  }

  /** One link that sends as much as it may. */
  private void transfer(Fabric from, Fabric to, long[] received) {
    var spec = LinkSpec.of(new LengthFraming());
    var loop = to.loop();
    to.links()
        .listen(
            loop,
            Address.of("b", 9_000),
            spec,
            new Links.Acceptor() {
              @Override
              public Loop place() {
                return loop;
              }

              @Override
              public Link.Handler accept(Link link) {
                return new End(received);
              }
            },
            Done.of(_ -> {}, why -> received[0] = -1));
    simulation.run(Duration.ofMillis(10));
    from.links().dial(from.loop(), Address.of("b", 9_000), spec, new End(received));
  }

  private record End(long[] received) implements Link.Handler {
    @Override
    public void opened(Link link) {
      writable(link);
    }

    @Override
    public void writable(Link link) {
      if (link.peer().address().port() == 9_000) {
        while (link.writable()) {
          link.write(Unpooled.buffer(10_000).writeZero(10_000));
        }
      }
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      received[0] += part.readableBytes();
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {}
  }
}
