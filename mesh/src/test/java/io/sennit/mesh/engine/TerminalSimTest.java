package io.sennit.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Injected;
import io.sennit.sim.Simulation;
import io.sennit.sim.junit.SeededTest;
import io.sennit.sim.junit.Seeds;
import io.sennit.testkit.Row;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Storms over terminals, and the proof that the judge sees what is wrong. */
class TerminalSimTest {
  private static Injected all = new Injected();
  private static long delivered;
  private static long unknown;
  private static long restarts;
  private static long forged;

  @SeededTest
  @Row("M-storm-transport")
  void everyMessageArrivesOnceOrIsReported(long seed) {
    var injected =
        Seeds.twice(
            seed,
            simulation -> {
              var storm = new TerminalStorm(simulation, TerminalStorm.none());
              assertThat(storm.play()).as("seed " + seed).isEmpty();
              assertThat(simulation.uncaught()).isEmpty();
              delivered += storm.journal.all.stream().filter(t -> t.failed == null).count();
              unknown += storm.journal.all.stream().filter(t -> t.failed != null).count();
              restarts += storm.restarts;
              forged += storm.forged;
            });
    all = all.plus(injected);
  }

  @AfterAll
  static void whatWasInflictedAndChecked() {
    System.out.println(
        "transport storms: "
            + all
            + "; delivered "
            + delivered
            + ", reported "
            + unknown
            + ", restarts "
            + restarts
            + ", forged resets "
            + forged);
    if (delivered > 0) {
      all.require(
          Injected.Kind.LOSS, Injected.Kind.DUPLICATE, Injected.Kind.REORDER, Injected.Kind.KILL);
      assertThat(delivered).isPositive();
      assertThat(unknown).isPositive();
      assertThat(restarts).isPositive();
      assertThat(forged).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource(Defect.class)
  @Row("M-planted-defects")
  void aPlantedDefectIsFoundWithinAHundredSeeds(Defect defect) {
    for (long seed = 1; seed <= 100; seed++) {
      try (var simulation = Simulation.of(seed)) {
        var found = new TerminalStorm(simulation, EnumSet.of(defect)).play();
        if (!found.isEmpty()) {
          System.out.println(defect + " found with seed " + seed + ": " + found.getFirst());
          return;
        }
      }
    }
    throw new AssertionError(defect + " was not found");
  }
}
