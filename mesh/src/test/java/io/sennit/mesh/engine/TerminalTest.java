package io.sennit.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.sim.PathWeather;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two terminals and one question at a time. */
class TerminalTest {
  private static final Secrets SECRETS = secrets("key", "app");

  private Simulation simulation = Simulation.of(5);
  private final Station.Journal journal = new Station.Journal();

  @AfterEach
  void nothingWentWrong() {
    assertThat(journal.complaints).isEmpty();
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private static Secrets secrets(String key, String app) {
    return Secrets.derived(
        (purpose, bytes) -> Arrays.copyOf(Secrets.sha256((key + purpose).getBytes()), bytes), app);
  }

  private Station station(String name, long life) {
    return station(name, life, SECRETS, TransportSettings.defaults());
  }

  private Station station(String name, long life, Secrets secrets, TransportSettings settings) {
    var station =
        new Station(
            simulation.node(name),
            name,
            new Incarnation(life, 0x1000 + life + name.hashCode()),
            settings,
            secrets,
            journal,
            () -> simulation.time().toNanos());
    assertThat(simulation.runUntil(() -> station.bound, Duration.ofSeconds(1))).isTrue();
    return station;
  }

  private static long count(Station station, String name) {
    var count = station.terminal.counts().get(name);
    if (count == null) {
      throw new AssertionError("nothing is called " + name);
    }
    return count;
  }

  private boolean await(java.util.function.BooleanSupplier condition, Duration within) {
    return simulation.runUntil(condition, within);
  }

  private void weather(Weather.Builder weather) {
    simulation.close();
    simulation = Simulation.builder(5).weather(weather.build()).build();
  }

  @Test
  @Row("M-session")
  void aMessageArrivesAndIsAcknowledged() {
    var a = station("a", 1);
    var b = station("b", 1);
    var told = a.send("b", 10_001, true, 100);
    assertThat(await(() -> told.fateAt >= 0, Duration.ofSeconds(1))).isTrue();
    assertThat(told.failed).isNull();
    assertThat(told.receipts).hasSize(1);
    assertThat(b.proven).hasSize(1);
    simulation.run(Duration.ofSeconds(2));
    assertThat(a.terminal.stats().getFirst().pathMax()).isEqualTo(1400);
    // jitter may make a packet look lost for a moment; none was
    assertThat(count(a, "packets_lost")).isEqualTo(count(a, "packets_lost_falsely"));
  }

  @Test
  @Row("M-T4")
  void allSizesArriveIntactAlsoWithLoss() {
    for (double loss : new double[] {0, 0.1, 0.3}) {
      weather(new Weather.Builder().latency(250, 50).packets(loss, 0.02, 0));
      var a = station("a", 1);
      station("b", 1);
      long begun = simulation.time().toNanos();
      for (int size : new int[] {8, 1_299, 1_300, 1_301, 65_535, 65_536, 65_537, 9_999_999}) {
        var told = a.send("b", 10_001, true, size);
        assertThat(await(() -> told.fateAt >= 0, Duration.ofSeconds(60))).as(told + "").isTrue();
        assertThat(told.failed).as(loss + ": " + told).isNull();
      }
      double seconds = (simulation.time().toNanos() - begun) / 1e9;
      long packets = count(a, "packets_out");
      System.out.printf(
          "all sizes at %.0f %% loss: %.2f s, %d packets, %s%n",
          100 * loss, seconds, packets, a.terminal.counts());
      assertThat(packets).isLessThan((long) (1.6 * (8_000 + 200) / (1 - loss)));
    }
  }

  @Test
  @Row("M-T6")
  void unreliableMessagesArriveAsOftenAsPacketsDo() {
    weather(new Weather.Builder().latency(250, 50).packets(0.2, 0.05, 0.1));
    var a = station("a", 1);
    station("b", 1);
    var first = a.send("b", 10_001, true, 10);
    assertThat(await(() -> first.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    for (int i = 0; i < 4_000; i++) {
      var envelope = new io.sennit.mesh.wire.Envelope.Command(9, 0, new byte[] {1}).toBytes();
      a.loop.execute(() -> a.terminal.sendLossy(Address.of("b", Station.PORT), envelope));
      simulation.run(Duration.ofNanos(500_000));
    }
    simulation.run(Duration.ofSeconds(2));
    assertThat(journal.lossyReceived).isBetween(3_120L, 3_280L);
  }

  /** What fails at once, what fails later, and that all goes on when the path is open again. */
  @Test
  @Row("M-T9")
  void aCutPathIsReportedAndHeals() {
    var a = station("a", 1);
    station("b", 1);
    var first = a.send("b", 10_001, true, 10);
    assertThat(await(() -> first.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    var cut = simulation.faults().cut("a", "b");
    var slow =
        java.util.stream.IntStream.range(0, 4).mapToObj(i -> a.send("b", 1, true, 9)).toList();
    assertThat(await(() -> slow.stream().allMatch(t -> t.fateAt >= 0), Duration.ofSeconds(5)))
        .isTrue();
    assertThat(slow.getFirst().failed).isEqualTo(Outcome.UNKNOWN);
    double took = (slow.getFirst().fateAt - slow.getFirst().sentAt) / 1e9;
    assertThat(took).isBetween(2.9, 4.0);
    simulation.run(Duration.ofSeconds(5));
    var fast = a.send("b", 10_001, true, 10);
    assertThat(await(() -> fast.fateAt >= 0, Duration.ofMillis(10))).isTrue();
    assertThat(fast.why).contains("has not answered");
    simulation.run(Duration.ofSeconds(20));
    cut.heal();
    var again = new Station.Told[1];
    assertThat(
            await(
                () -> !a.terminal.isQuarantined(Address.of("b", Station.PORT)),
                Duration.ofSeconds(2)))
        .isTrue();
    again[0] = a.send("b", 10_001, true, 10);
    assertThat(await(() -> again[0].fateAt >= 0, Duration.ofSeconds(1))).isTrue();
    assertThat(again[0].failed).isNull();
  }

  /** Messages for the last process never reach the next one (the lesson of JGroups 515). */
  @Test
  @Row("M-T8")
  void aRestartedPeerIsKnownByItsLife() {
    var a = station("a", 1);
    station("b", 1);
    var first = a.send("b", 10_001, true, 10);
    assertThat(await(() -> first.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    simulation.faults().kill("b");
    var lost =
        java.util.stream.IntStream.range(0, 50).mapToObj(i -> a.send("b", 1, true, 9)).toList();
    simulation.run(Duration.ofMillis(200));
    simulation.faults().restart("b");
    var next = station("b", 2);
    assertThat(await(() -> lost.stream().allMatch(t -> t.fateAt >= 0), Duration.ofSeconds(4)))
        .isTrue();
    assertThat(lost).allMatch(t -> t.failed == Outcome.UNKNOWN && t.receipts.isEmpty());
    var fresh = a.send("b", 10_001, true, 10);
    assertThat(await(() -> fresh.fateAt >= 0, Duration.ofSeconds(1))).isTrue();
    assertThat(fresh.receipts).hasSize(1);
    assertThat(fresh.receipts.getFirst().life()).isEqualTo(next.terminal.life());
    assertThat(count(a, "resets_taken")).isEqualTo(1);
  }

  /** The wall clock went back before the restart: the new process takes a life above the known. */
  @Test
  @Row("M-T18")
  void aClockThatWentBackKeepsNobodyOut() {
    var a = station("a", 1);
    station("b", 1_000);
    var first = a.send("b", 10_001, true, 10);
    assertThat(await(() -> first.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    simulation.faults().kill("b");
    simulation.run(Duration.ofMillis(100));
    simulation.faults().restart("b");
    var b = station("b", 7);
    var out = b.send("a", 10_001, true, 10);
    assertThat(await(() -> out.fateAt >= 0, Duration.ofSeconds(2))).isTrue();
    assertThat(out.failed).isNull();
    assertThat(b.terminal.life().number()).isEqualTo(1_001);
    simulation.faults().kill("b");
    simulation.run(Duration.ofMillis(100));
    simulation.faults().restart("b");
    var c = station("b", 8);
    simulation.run(Duration.ofSeconds(4)); // what a had open ends
    var in = a.send("b", 10_001, true, 10);
    assertThat(await(() -> in.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    var retry = a.send("b", 10_001, true, 10);
    assertThat(await(() -> retry.fateAt >= 0, Duration.ofSeconds(5))).isTrue();
    assertThat(retry.failed).isNull();
    assertThat(c.terminal.life().number()).isEqualTo(1_002);
  }

  @Test
  @Row("M-T25")
  void aPathThatTakesOnlyShortPacketsLosesNothing() {
    weather(new Weather.Builder().latency(250, 50).blackHoleAbove(1_280));
    var a = station("a", 1);
    station("b", 1);
    var told = a.send("b", 10_001, true, 60_000);
    assertThat(await(() -> told.fateAt >= 0, Duration.ofSeconds(3))).isTrue();
    assertThat(told.failed).isNull();
    assertThat(a.terminal.stats().getFirst().pathMax()).isEqualTo(1200);
  }

  @Test
  @Row("M-T25-later")
  void aPathThatBecomesNarrowIsNoticed() {
    weather(new Weather.Builder().latency(250, 50));
    var a = station("a", 1);
    station("b", 1);
    var first = a.send("b", 10_001, true, 60_000);
    assertThat(await(() -> first.fateAt >= 0, Duration.ofSeconds(3))).isTrue();
    simulation.run(Duration.ofMillis(100));
    assertThat(a.terminal.stats().getFirst().pathMax()).isEqualTo(1400);
    var narrow = PathWeather.builder().latency(250, 50).blackHoleAbove(1_280).build();
    simulation.faults().path("a", "b", narrow);
    var told = a.send("b", 10_001, true, 60_000);
    assertThat(await(() -> told.fateAt >= 0, Duration.ofSeconds(3))).isTrue();
    assertThat(told.failed).isNull();
    assertThat((told.fateAt - told.sentAt) / 1e9).isLessThan(1);
    assertThat(a.terminal.stats().getFirst().pathMax()).isEqualTo(1200);
  }

  @Test
  @Row({"M-T20", "M-SetAppName"})
  void anotherKeyOrClusterIsNotHeard() {
    var a = station("a", 1);
    var b = station("b", 1, secrets("other key", "app"), TransportSettings.defaults());
    var c = station("c", 1, secrets("key", "other app"), TransportSettings.defaults());
    var one = a.send("b", 10_001, true, 10);
    var two = a.send("c", 10_001, true, 10);
    assertThat(await(() -> one.fateAt >= 0 && two.fateAt >= 0, Duration.ofSeconds(4))).isTrue();
    assertThat(one.failed).isEqualTo(Outcome.DID_NOT_RUN);
    assertThat(two.failed).isEqualTo(Outcome.DID_NOT_RUN);
    assertThat(count(b, "packets_out")).isZero();
    assertThat(count(b, "refused_not_authentic")).isPositive();
    assertThat(count(c, "refused_other_cluster")).isPositive();
  }

  /** Who does not hand out what it got holds its peer back by credit, in bytes. */
  @Test
  @Row("M-credit")
  void aReceiverThatDoesNotReadHoldsItsSenderBack() {
    var a = station("a", 1);
    var b = station("b", 1);
    b.hold = true;
    var all =
        java.util.stream.IntStream.range(0, 400)
            .mapToObj(i -> a.send("b", 1, true, 10_000))
            .toList();
    simulation.run(Duration.ofSeconds(10));
    long received = all.stream().filter(t -> !t.receipts.isEmpty()).count();
    assertThat(received).isBetween(100L, 106L);
    b.hold = false;
    b.loop.execute(
        () -> {
          b.held.forEach(Runnable::run);
          b.held.clear();
        });
    assertThat(await(() -> all.stream().allMatch(t -> t.fateAt >= 0), Duration.ofSeconds(10)))
        .isTrue();
    assertThat(all).allMatch(t -> t.failed == null);
  }

  @Test
  @Row("M-queue")
  void aFullQueueRefuses() {
    var a = station("a", 1);
    station("b", 1).hold = true;
    var all =
        java.util.stream.IntStream.range(0, 2_000)
            .mapToObj(i -> a.send("b", 1, true, 10_000))
            .toList();
    simulation.run(Duration.ofSeconds(1));
    var refused = all.stream().filter(t -> t.failed != null).toList();
    assertThat(refused.size()).isBetween(1_000, 1_300);
    assertThat(refused).allMatch(t -> t.failed == Outcome.DID_NOT_RUN);
    simulation.run(Duration.ofSeconds(60)); // those that were queued are answered too
    assertThat(all).allMatch(t -> t.fateAt >= 0 || !t.receipts.isEmpty());
  }

  /** A large message is offered first and does not delay small ones (akka 24788). */
  @Test
  @Row("M-T5")
  void aLargeMessageDelaysNoSmallOnes() {
    weather(new Weather.Builder().latency(250, 50).bandwidth(12_500_000));
    var a = station("a", 1);
    station("b", 1);
    var idle = a.send("b", 1, true, 100);
    assertThat(await(() -> idle.fateAt >= 0, Duration.ofSeconds(1))).isTrue();
    var large = a.send("b", 2, true, 9_000_000);
    long worst = 0;
    while (large.fateAt < 0 && simulation.time().compareTo(Duration.ofSeconds(30)) < 0) {
      var small = a.send("b", 3, true, 100);
      assertThat(await(() -> small.fateAt >= 0, Duration.ofSeconds(3))).isTrue();
      worst = Math.max(worst, small.fateAt - small.sentAt);
      simulation.run(Duration.ofMillis(10));
    }
    System.out.printf(
        "beside 9 MB at 100 Mbit/s (%.2f s) the slowest small message took %.1f ms%n",
        (large.fateAt - large.sentAt) / 1e9, worst / 1e6);
    assertThat(large.failed).isNull();
    assertThat(worst).isLessThan(100_000_000L);
  }

  @Test
  void defectsAreForTestsOnly() {
    assertThat(TransportSettings.defaults().defects()).isEqualTo(EnumSet.noneOf(Defect.class));
  }
}
