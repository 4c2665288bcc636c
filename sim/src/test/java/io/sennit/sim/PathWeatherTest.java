package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a path does to packets: each direction of each pair by itself. */
final class PathWeatherTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int MANY = 2_000;

  private final Simulation simulation = Simulation.of(5);
  private final Post a = new Post(simulation, "a");
  private final Post b = new Post(simulation, "b");
  private final Post c = new Post(simulation, "c");

  @AfterEach
  void close() {
    assertThat(simulation.uncaught()).isEmpty();
    var traffic = simulation.traffic();
    assertThat(traffic.packetsSent() + traffic.packetsDoubled())
        .isEqualTo(traffic.packetsDelivered() + traffic.packetsLost());
    simulation.close();
  }

  private static PathWeather.Builder clear() {
    return PathWeather.builder().latency(100, 0);
  }

  private void allSend(int bytes) {
    a.send(b.place(), MANY, bytes, SECOND);
    a.send(c.place(), MANY, bytes, SECOND);
    b.send(a.place(), MANY, bytes, SECOND);
    simulation.run(SECOND.multipliedBy(3));
  }

  @Test
  void lossIsOfOneDirectionOfOnePair() {
    var fault = simulation.faults().path("a", "b", clear().loss(0.3).build());
    allSend(100);
    assertThat(b.arrivals.size()).isBetween(MANY * 65 / 100, MANY * 75 / 100);
    assertThat(c.arrivals).hasSize(MANY);
    assertThat(a.arrivals).hasSize(MANY);
    assertThat(simulation.injected().count(Kind.LOSS)).isEqualTo(MANY - b.arrivals.size());
    fault.heal();
    int before = b.arrivals.size();
    a.send(b.place(), MANY, 100, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(b.arrivals).hasSize(before + MANY);
  }

  @Test
  void delayIsOfOneDirectionOfOnePair() {
    simulation.faults().path("a", "b", clear().latency(50_000, 0).build());
    var begin = simulation.time();
    for (var to : List.of(b, c)) {
      a.send(to.place(), 1, 100, Duration.ZERO);
    }
    b.send(a.place(), 1, 100, Duration.ZERO);
    simulation.run(SECOND);
    assertThat(b.arrivals.getFirst().at().minus(begin)).isGreaterThan(Duration.ofMillis(50));
    assertThat(a.arrivals.getFirst().at().minus(begin)).isLessThan(Duration.ofMillis(1));
    assertThat(c.arrivals.getFirst().at().minus(begin)).isLessThan(Duration.ofMillis(1));
  }

  @Test
  void lossInBurstsComesInBursts() {
    simulation.faults().path("a", "b", clear().burst(new BurstLoss(0.01, 0.1, 1)).build());
    allSend(100);
    int lost = MANY - b.arrivals.size();
    assertThat(simulation.injected().count(Kind.BURST)).isEqualTo(lost);
    var numbers = b.numbers();
    int gaps = 0;
    for (int i = 1; i < numbers.size(); i++) {
      gaps += numbers.get(i) > numbers.get(i - 1) + 1 ? 1 : 0;
    }
    // a burst is ten packets long on average; lost one by one, gaps would be as many as losses
    assertThat(lost).isGreaterThan(MANY / 50);
    assertThat(gaps).isBetween(1, lost / 4);
  }

  @Test
  void aBlackHoleTakesLongPacketsAndTellsNobody() {
    simulation.faults().path("a", "b", clear().blackHoleAbove(1_280).build());
    a.send(b.place(), 10, 1_280 - 28, SECOND);
    a.send(b.place(), 10, 1_280 - 27, SECOND);
    a.send(c.place(), 10, 1_400, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(b.arrivals).hasSize(10).allMatch(p -> p.length() == 1_252);
    assertThat(c.arrivals).hasSize(10);
    assertThat(a.tooLong).isZero();
    assertThat(simulation.injected().count(Kind.TOO_LONG)).isEqualTo(10);
  }

  @Test
  void aPathTellsItsMtuARoundTripLaterUntilItIsWiderAgain() {
    var fault = simulation.faults().path("a", "b", clear().mtu(1_280).build());
    a.send(b.place(), 10, 1_400, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(simulation.injected().count(Kind.TOO_LONG)).isEqualTo(1);
    assertThat(a.tooLong).isEqualTo(9);
    fault.heal();
    a.send(b.place(), 10, 1_400, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(b.arrivals).hasSize(10);
  }

  @Test
  void packetsAreCorruptedByOneBitAndTruncated() {
    simulation.faults().path("a", "b", clear().corrupt(0.2).build());
    simulation.faults().path("a", "c", clear().truncate(0.2).build());
    allSend(100);
    int flipped = 0;
    for (int i = 0; i < MANY; i++) {
      var arrival = b.arrivals.get(i);
      assertThat(arrival.length()).isEqualTo(100);
      int bits = Integer.bitCount(b.numbers().get(i) ^ i);
      for (int k = 4; k < 100; k++) {
        bits += Integer.bitCount(arrival.bytes()[k] & 0xff);
      }
      assertThat(bits).isLessThanOrEqualTo(1);
      flipped += bits;
    }
    long cutShort = c.arrivals.stream().filter(p -> p.length() < 100).count();
    assertThat(simulation.injected().count(Kind.CORRUPT))
        .isEqualTo(flipped)
        .isBetween(MANY / 10L, MANY / 3L);
    assertThat(simulation.injected().count(Kind.TRUNCATE))
        .isEqualTo(cutShort)
        .isBetween(MANY / 10L, MANY / 3L);
  }

  @Test
  void aPacketCountsAsReorderedWhenALaterOneOvertookIt() {
    simulation.faults().path("a", "b", clear().reorder(0.1).duplicate(0.1).build());
    allSend(100);
    var numbers = b.numbers();
    int late = 0;
    int latest = -1;
    for (int n : numbers) {
      late += n < latest ? 1 : 0;
      latest = Math.max(latest, n);
    }
    assertThat(simulation.injected().count(Kind.DUPLICATE))
        .isEqualTo(numbers.size() - MANY)
        .isPositive();
    // a twin that comes late is a packet overtaken, too
    assertThat(simulation.injected().count(Kind.REORDER)).isEqualTo(late).isPositive();
  }

  @Test
  void rangesAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> clear().loss(1.1).build());
    assertThatIllegalArgumentException().isThrownBy(() -> clear().corrupt(Double.NaN).build());
    assertThatIllegalArgumentException().isThrownBy(() -> clear().latency(-1, 0).build());
    assertThatIllegalArgumentException().isThrownBy(() -> new BurstLoss(0, -0.1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Bottleneck(1, 100));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Weather.Builder().often(Kind.LOSS, 1));
  }
}
