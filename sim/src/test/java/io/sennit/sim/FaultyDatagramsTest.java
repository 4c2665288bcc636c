package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The wrapper around any fabric's datagrams, held here to a simulated one in fair weather. */
final class FaultyDatagramsTest {
  private static final int MANY = 2_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private Simulation simulation = Simulation.of(11);

  @AfterEach
  void close() {
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private static PathWeather.Builder fair() {
    return PathWeather.builder();
  }

  private static final class Pair {
    final FaultyDatagrams faulty;
    final Post a;
    final Post b;

    Pair(Simulation simulation, long seed) {
      faulty = new FaultyDatagrams(simulation.node("a").datagrams(), seed);
      a = new Post(simulation, "a", faulty);
      b = new Post(simulation, "b");
    }

    void exchange(Simulation simulation) {
      a.send(b.place(), MANY, 100, SECOND);
      b.send(a.place(), MANY, 100, SECOND);
      simulation.run(SECOND.multipliedBy(3));
    }
  }

  @Test
  void fairWeatherChangesNothing() {
    var pair = new Pair(simulation, 1);
    pair.exchange(simulation);
    assertThat(pair.a.arrivals).hasSize(MANY);
    assertThat(pair.b.arrivals).hasSize(MANY);
    assertThat(pair.faulty.injected().counts()).isEmpty();
  }

  @Test
  void eachDirectionHasItsOwnWeather() {
    var pair = new Pair(simulation, 1);
    pair.faulty.outgoing(fair().loss(0.5).build());
    pair.faulty.incoming(fair().latency(300_000, 0).build());
    pair.exchange(simulation);
    assertThat(pair.b.arrivals.size()).isBetween(MANY * 4 / 10, MANY * 6 / 10);
    assertThat(pair.faulty.injected().count(Kind.LOSS)).isEqualTo(MANY - pair.b.arrivals.size());
    assertThat(pair.a.arrivals).hasSize(MANY);
    assertThat(pair.a.arrivals.getFirst().at()).isGreaterThan(Duration.ofMillis(300));
    pair.faulty.clear();
    int before = pair.b.arrivals.size();
    pair.exchange(simulation);
    assertThat(pair.b.arrivals).hasSize(before + MANY);
  }

  @Test
  void onePeerMayHaveItsOwnWeather() {
    var pair = new Pair(simulation, 1);
    var c = new Post(simulation, "c");
    pair.faulty.outgoing(pair.b.place(), fair().loss(1).build());
    pair.a.send(c.place(), 10, 100, SECOND);
    pair.exchange(simulation);
    assertThat(pair.b.arrivals).isEmpty();
    assertThat(c.arrivals).hasSize(10);
  }

  @Test
  void allThatPathsDoHappensAndIsCounted() {
    var pair = new Pair(simulation, 1);
    pair.faulty.outgoing(
        fair()
            .latency(100, 100)
            .spike(0.01)
            .loss(0.02)
            .burst(new BurstLoss(0.01, 0.2, 1))
            .duplicate(0.05)
            .reorder(0.1)
            .corrupt(0.05)
            .truncate(0.05)
            .bottleneck(200_000, 4_000)
            .build());
    pair.exchange(simulation);
    var injected = pair.faulty.injected();
    injected.require(
        Kind.LOSS,
        Kind.BURST,
        Kind.DUPLICATE,
        Kind.REORDER,
        Kind.CORRUPT,
        Kind.TRUNCATE,
        Kind.SPIKE,
        Kind.RATE);
    long lost =
        injected.count(Kind.LOSS) + injected.count(Kind.BURST) + injected.count(Kind.TAIL_DROP);
    assertThat(pair.b.arrivals).hasSize((int) (MANY - lost + injected.count(Kind.DUPLICATE)));
  }

  @Test
  void aRateBoundsAndItsQueueDropsAtTheTail() {
    var pair = new Pair(simulation, 1);
    pair.faulty.outgoing(fair().bottleneck(128_000, 12_800).build()); // 1,000 packets a second
    pair.exchange(simulation);
    assertThat(pair.b.arrivals.size()).isBetween(1_050, 1_150); // a second, and a full queue
    assertThat(pair.faulty.injected().count(Kind.TAIL_DROP))
        .isEqualTo(MANY - pair.b.arrivals.size());
  }

  @Test
  void longPacketsVanishOrAreTold() {
    var pair = new Pair(simulation, 1);
    pair.faulty.outgoing(fair().blackHoleAbove(1_280).build());
    pair.a.send(pair.b.place(), 5, 1_252, SECOND);
    pair.a.send(pair.b.place(), 5, 1_253, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(pair.b.arrivals).hasSize(5);
    assertThat(pair.faulty.injected().count(Kind.TOO_LONG)).isEqualTo(5);
    assertThat(pair.a.tooLong).isZero();
    pair.faulty.outgoing(fair().mtu(1_280).build());
    pair.a.send(pair.b.place(), 5, 1_253, SECOND);
    simulation.run(SECOND.multipliedBy(2));
    assertThat(pair.a.tooLong).isEqualTo(5);
  }

  @Test
  void theSeedDecidesWhichPacketsAreHit() {
    assertThat(survivors(3)).isEqualTo(survivors(3)).isNotEqualTo(survivors(4));
  }

  private List<Integer> survivors(long seed) {
    simulation.close();
    simulation = Simulation.of(11);
    var pair = new Pair(simulation, seed);
    pair.faulty.outgoing(fair().loss(0.2).build());
    pair.exchange(simulation);
    return pair.b.numbers();
  }
}
