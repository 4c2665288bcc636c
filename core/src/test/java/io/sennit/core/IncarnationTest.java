package io.sennit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Incarnations are ordered by their numbers, whatever the clock does. */
class IncarnationTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void theNextLifeIsLaterWhateverTheClockSays() {
    var first = Incarnation.first(Instant.ofEpochMilli(1000), random);
    var clockWentBack = first.next(Instant.ofEpochMilli(10), random);
    var clockWentOn = first.next(Instant.ofEpochMilli(5000), random);
    assertThat(clockWentBack.number()).isEqualTo(1001);
    assertThat(clockWentOn.number()).isEqualTo(5000);
    assertThat(clockWentBack.isAfter(first)).isTrue();
    assertThat(first.isAfter(clockWentBack)).isFalse();
    assertThat(first).isLessThan(clockWentBack);
  }

  @Test
  void livesOfOneNumberDifferAndNeitherIsLater() {
    var one = Incarnation.first(Instant.ofEpochMilli(7), random);
    var other = Incarnation.first(Instant.ofEpochMilli(7), random);
    assertThat(one).isNotEqualTo(other);
    assertThat(one.isAfter(other)).isFalse();
    assertThat(other.isAfter(one)).isFalse();
    assertThat(one.compareTo(other)).isNotZero();
  }

  @Test
  void theTextGoesRound() {
    var one = new Incarnation(42, -1);
    assertThat(one).hasToString("42-ffffffffffffffff");
    assertThat(Incarnation.parse(one.toString())).isEqualTo(one);
    for (var bad : new String[] {"", "42", "42-", "-1-0", "x-1", "42-10000000000000000", "0-1"}) {
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> Incarnation.parse(bad));
    }
  }
}
