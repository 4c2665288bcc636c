package io.sennit.session.engine;

import io.sennit.session.engine.SessionSettings.Planted;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The judge is worth something only if it finds what is wrong, within a hundred seeds. */
@Row("SE-planted-defects")
class PlantedDefectsTest {
  @ParameterizedTest
  @EnumSource(Planted.class)
  void isFoundWithinAHundredSeeds(Planted planted) {
    for (long seed = 1; seed <= 100; seed++) {
      var found = run(planted, seed);
      if (found != null) {
        System.out.println(planted + " found with seed " + seed + ": " + found);
        return;
      }
    }
    throw new AssertionError(planted + " was not found");
  }

  private static @Nullable String run(Planted planted, long seed) {
    var kind = seed % 2 == 0 ? Storming.Kind.KILLS : Storming.Kind.CUTS;
    var settings = SessionSettings.defaults().with(planted);
    try (var simulation = Simulation.builder(seed).build()) {
      Storming.run(simulation, new Judge(), kind, 5 + (int) (seed % 5), settings);
      return null;
    } catch (AssertionError e) {
      var text = String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ");
      return text.substring(0, Math.min(160, text.length()));
    }
  }
}
