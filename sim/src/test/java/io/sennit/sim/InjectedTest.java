package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.spi.Done;
import io.sennit.sim.Injected.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A fault counts when it met something (foundation T3): counted at set-up, a test of bad weather
 * passed though nothing had happened to anybody.
 */
final class InjectedTest {
  private final Simulation simulation = Simulation.of(8);
  private final Faults faults = simulation.faults();
  private final Injected injected = simulation.injected();

  @AfterEach
  void close() {
    simulation.close();
  }

  @Test
  void whatMetNothingIsSetUpAndNotCounted() {
    simulation.node("a");
    simulation.node("b");
    List<Supplier<Fault>> all =
        List.of(
            () -> faults.cut("a", "b"),
            () -> faults.partition(Set.of("a"), Set.of("b")),
            () -> faults.isolate("a"),
            () -> faults.clog("a", "b"),
            () -> faults.refuse("a", "b"),
            () -> faults.hang("a", "b"),
            () -> faults.pause("a"),
            () -> faults.slow("a", 100),
            () -> faults.vanishName("b"),
            () -> faults.flipName("b", "a"),
            () -> faults.slowName("b", Duration.ofSeconds(1)),
            () -> faults.fillDisk("a"),
            () -> faults.distrust("a"));
    for (var each : all) {
      var fault = each.get();
      simulation.run(Duration.ofSeconds(1));
      assertThat(fault.hasMet()).isFalse();
      fault.heal();
    }
    faults.stepClock("a", Duration.ofHours(1));
    faults.driftClock("a", 100);
    simulation.run(Duration.ofSeconds(1));
    assertThat(injected.counts()).isEmpty();
    assertThat(injected.setUp(Kind.BLACK_HOLE)).isEqualTo(1);
    assertThat(injected.setUp(Kind.NAME_TROUBLE)).isEqualTo(3);
    assertThat(injected.setUp(Kind.CLOCK_STEP)).isEqualTo(1);
    assertThatThrownBy(() -> injected.require(Kind.NAME_TROUBLE))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no NAME_TROUBLE met anything, 3 were set up");
  }

  @Test
  void whatStandsCountsOnceHoweverMuchItMeets() {
    var a = new Post(simulation, "a");
    var b = new Post(simulation, "b");
    var cut = faults.cutOneWay("a", "b");
    a.send(b.place(), 100, 10, Duration.ofSeconds(1));
    simulation.run(Duration.ofSeconds(2));
    assertThat(b.arrivals).isEmpty();
    assertThat(cut.hasMet()).isTrue();
    assertThat(injected.count(Kind.BLACK_HOLE)).isEqualTo(1);
    assertThat(simulation.traffic().packetsLost()).isEqualTo(100);
  }

  @Test
  void namesClocksPausesAndSlownessCountWhenTheyAreMet() {
    var fabric = simulation.node("a");
    simulation.node("b");
    var loop = fabric.loop();
    faults.stepClock("a", Duration.ofMinutes(1));
    faults.driftClock("a", 100);
    assertThat(injected.count(Kind.CLOCK_STEP)).isZero();
    loop.execute(loop::wallTime);
    simulation.run(Duration.ofMillis(1));
    injected.require(Kind.CLOCK_STEP, Kind.DRIFT);

    try (var _ = faults.slowName("b", Duration.ofSeconds(1))) {
      fabric.names().resolve(loop, "b:1", false, Done.of(_ -> {}, _ -> {}));
      simulation.run(Duration.ofSeconds(2));
    }
    assertThat(injected.count(Kind.NAME_TROUBLE)).isEqualTo(1);

    try (var _ = faults.pause("a")) {
      loop.execute(() -> {});
      simulation.run(Duration.ofMillis(1));
    }
    assertThat(injected.count(Kind.PAUSE)).isEqualTo(1);

    try (var _ = faults.slow("a", 10)) {
      loop.execute(() -> {});
      simulation.run(Duration.ofMillis(1));
    }
    assertThat(injected.count(Kind.SLOW)).isEqualTo(1);
  }

  @Test
  void allKindsOfAWeatherAreRequired() {
    var weather =
        new Weather.Builder()
            .latency(10, 10)
            .drift(10)
            .bandwidth(1_000_000)
            .machines(1, 1, 1)
            .mtu(1_280)
            .burst(0.1, 0.1, 1)
            .moves(0.5)
            .links(1, 0, 0)
            .build();
    assertThat(weather.kinds())
        .containsExactlyInAnyOrder(
            Kind.DRIFT,
            Kind.RATE,
            Kind.FULL_DISK,
            Kind.NAME_TROUBLE,
            Kind.CLOCK_STEP,
            Kind.TOO_LONG,
            Kind.BURST,
            Kind.MOVE,
            Kind.CUT,
            Kind.CUT_INSIDE);
    assertThatThrownBy(() -> injected.require(weather)).isInstanceOf(AssertionError.class);
  }
}
