package io.sennit.grid;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Injected;
import io.sennit.sim.Simulation;
import io.sennit.sim.junit.SeededTest;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The grid in bad weather, judged by its books. */
@Row({"G-sim", "G-exactly-once", "G-truthful-outcome"})
class GridSimTest {
  private static final Injected ALL = new Injected();
  private static final TreeMap<String, Long> CHECKED = new TreeMap<>();

  private static int runs;
  private static int removals;

  static GridStorm.Plan plan(long seed) {
    boolean full = seed <= 5;
    int nodes = full ? (Seeds.isLong() ? 30 : 12) : 3 + (int) (seed % 3);
    return new GridStorm.Plan(
        nodes,
        full ? 1 : 2,
        40,
        Duration.ofMillis(full ? 1_000 : 1_500),
        kind(seed),
        GridStorm.weather(seed));
  }

  private static GridStorm.Kind kind(long seed) {
    return switch ((int) (seed % 4)) {
      case 0 -> GridStorm.Kind.ORIGINAL;
      case 1 -> GridStorm.Kind.KEYED;
      default -> GridStorm.Kind.EXTENDED;
    };
  }

  static void storm(Simulation simulation, GridStorm.Plan plan) {
    var judge = new Judge();
    var storm = new GridStorm(simulation, plan, judge, (_, fabric) -> fabric);
    storm.run();
    judge.checked().forEach((what, n) -> CHECKED.merge(what, n, Long::sum));
    ALL.plus(simulation.injected());
    removals += storm.removals();
    runs++;
  }

  @SeededTest
  void everyCallEndsOnceAndTellsTheTruth(long seed) {
    try (var simulation = Simulation.of(seed)) {
      try {
        storm(simulation, plan(seed));
      } catch (AssertionError e) {
        throw new AssertionError(
            "seed "
                + seed
                + " at "
                + simulation.time()
                + " after "
                + simulation.injected()
                + ": "
                + e.getMessage()
                + "\n"
                + simulation.lastEvents(),
            e);
      }
    }
  }

  @AfterAll
  static void somethingHappened() {
    System.out.println("grid storms: injected " + ALL + ", checked " + CHECKED);
    if (runs < 50) {
      return; // a few seeds by hand need not have all of it
    }
    assertThat(removals).as("peers removed in storms").isPositive();
    ALL.require(GridStorm.weather(1));
    ALL.require(Injected.Kind.RESTART);
    assertThat(ALL.count(Injected.Kind.CUT_INSIDE))
        .as("cuts inside bytes on their way, of " + ALL.count(Injected.Kind.CUT))
        .isGreaterThan(ALL.count(Injected.Kind.CUT) / 5);
  }

  @Test
  void theSameSeedIsTheSameRun() {
    for (long seed = 11; seed <= 13; seed++) {
      long of = seed;
      Seeds.twice(of, simulation -> storm(simulation, plan(of)));
    }
  }

  /** Prints a run's hash: run by another JVM, too. */
  static final class OtherJvm {
    private OtherJvm() {}

    /** The seed. */
    public static void main(String[] args) {
      System.out.println("hash " + hash(Long.parseLong(args[0])));
    }
  }

  private static String hash(long seed) {
    try (var simulation = Simulation.of(seed)) {
      storm(simulation, plan(seed));
      return Long.toHexString(simulation.traceHash());
    }
  }

  @Test
  void anotherJvmRunsItTheSameWay() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName(),
                "21")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.strip().lines().toList()).contains("hash " + hash(21));
  }
}
