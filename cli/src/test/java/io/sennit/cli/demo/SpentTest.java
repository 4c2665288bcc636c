package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.demo.Spent.Moment;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a busy machine did not give is not held against the tour, and nothing else is forgiven. */
@Timeout(30)
class SpentTest {
  private static final long SECOND = 1_000_000_000L;

  private static Spent in50s(long ticks, long busy, long own) {
    return Spent.between(
        new Moment(7 * SECOND, 1_000, 500, 100),
        new Moment(57 * SECOND, 1_000 + ticks, 500 + busy, 100 + own));
  }

  @Test
  void whatOthersUsedIsLeftOut() {
    var busy = in50s(10_000, 10_000, 2_000);
    assertThat(busy.others()).isEqualTo(0.8);
    assertThat(busy.isWithin(Duration.ofSeconds(11))).isTrue();
    assertThat(busy.isWithin(Duration.ofSeconds(9))).isFalse();
    assertThat(busy).hasToString("50.0 s; others used 80 % of the machine");
  }

  @Test
  void anIdleMachineAndOurOwnWorkForgiveNothing() {
    for (var spent : new Spent[] {in50s(10_000, 0, 0), in50s(10_000, 10_000, 10_000)}) {
      assertThat(spent.others()).isZero();
      assertThat(spent.isWithin(Duration.ofSeconds(49))).isFalse();
      assertThat(spent.isWithin(Duration.ofSeconds(50))).isTrue();
      assertThat(spent).hasToString("50.0 s");
    }
  }

  @Test
  void atMostFourFifthsAreLeftOut() {
    assertThat(in50s(10_000, 10_000, 0).others()).isEqualTo(0.8);
  }

  @Test
  void whereTheSystemDoesNotTellNobodyIsBlamed() {
    assertThat(in50s(0, 0, 0).others()).isZero();
  }

  @Test
  void ourOwnWorkIsSeenAsOurs() {
    var begin = Moment.now();
    assertThat(begin.ticks()).isPositive();
    assertThat(begin.own()).isPositive();
    long x = 1;
    while (Moment.now().own() - begin.own() < 20) { // a fifth of a second of processor time
      x = x * 31 + 7;
    }
    assertThat(x).isNotZero();
    var end = Moment.now();
    assertThat(end.busy() - begin.busy()).isGreaterThanOrEqualTo(15);
  }
}
