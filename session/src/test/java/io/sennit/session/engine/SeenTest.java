package io.sennit.session.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.session.engine.Seen.Decision;
import io.sennit.testkit.Row;
import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a destination remembers of the messages it has decided about. */
class SeenTest {
  /** (sessions weakness 11) What is sent again after a lost acknowledgement is known. */
  @Test
  @Row("SE-W11")
  void whatWasDecidedStaysDecided() {
    var seen = new Seen();
    var model = new HashMap<Long, Decision>();
    var random = new SplittableRandom(4);
    for (int i = 0; i < 20_000; i++) {
      long number = 1 + random.nextInt(900);
      assertThat(seen.look(number)).isEqualTo(model.getOrDefault(number, Decision.NONE));
      if (!model.containsKey(number)) {
        if (random.nextInt(4) == 0) {
          seen.refuse(number);
          model.put(number, Decision.REFUSED);
        } else {
          seen.take(number);
          model.put(number, Decision.TAKEN);
        }
      }
    }
    assertThat(model).hasSize(900);
  }

  @Test
  @Row("SE-W11")
  void numbersInARowAreOneRange() {
    var seen = new Seen();
    for (long number = 1; number <= 100_000; number++) {
      seen.take(number);
    }
    assertThat(seen.ranges()).isEqualTo(1);
    assertThat(seen.look(100_000)).isEqualTo(Decision.TAKEN);
    assertThat(seen.look(100_001)).isEqualTo(Decision.NONE);
  }

  /** Memory is bounded, and what was forgotten is never taken for new. */
  @Test
  @Row("SE-W11")
  void whatIsForgottenIsNeverNew() {
    var seen = new Seen();
    for (long number = 2; number <= 10 * Seen.MAX_RANGES; number += 2) {
      seen.take(number);
    }
    assertThat(seen.ranges()).isEqualTo(Seen.MAX_RANGES);
    assertThat(seen.look(1)).isEqualTo(Decision.FORGOTTEN);
    assertThat(seen.look(2)).isEqualTo(Decision.FORGOTTEN);
    assertThat(seen.look(10 * Seen.MAX_RANGES)).isEqualTo(Decision.TAKEN);
    assertThat(seen.look(10 * Seen.MAX_RANGES - 1)).isEqualTo(Decision.NONE);
  }
}
