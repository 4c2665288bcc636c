package io.sennit.causal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each of these breaks all members' engines, and the judge must find it within 100 seeds. */
@Row("C-planted-defects")
class CausalDefectsTest {
  @ParameterizedTest
  @EnumSource(Defect.class)
  void isFoundWithinAHundredSeeds(Defect planted) {
    for (long seed = 1; seed <= 100; seed++) {
      var found = run(planted, seed);
      if (found != null) {
        System.out.println(planted + " found with seed " + seed + ": " + found);
        return;
      }
    }
    throw new AssertionError(planted + " was not found");
  }

  private static @Nullable String run(Defect planted, long seed) {
    boolean lies = planted == Defect.ORIGIN_REUSED;
    var plan =
        new CausalStorm.Plan(
            3,
            2,
            25,
            Duration.ofSeconds(4),
            lies,
            CausalStorm.weather(seed, lies),
            EnumSet.of(planted));
    try (var simulation = Simulation.of(seed)) {
      new CausalStorm(simulation, plan, new CausalJudge()).run();
      return null;
    } catch (AssertionError e) {
      var text = String.valueOf(e.getMessage());
      assertThat(text).doesNotContain("uncaught");
      text = text.strip().replaceAll("\\s+", " ");
      return text.substring(0, Math.min(160, text.length()));
    }
  }
}
