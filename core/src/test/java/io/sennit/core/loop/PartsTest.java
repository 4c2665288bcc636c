package io.sennit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.Unpooled;
import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Backoff and Assembler. */
class PartsTest {
  @ParameterizedTest
  @CsvSource({
    "PT0.1S,PT10S,0,50,100",
    "PT0.1S,PT10S,1,50,100",
    "PT0.1S,PT10S,2,100,200",
    "PT0.1S,PT10S,7,3200,6400",
    "PT0.1S,PT10S,8,5000,10000",
    "PT0.1S,PT10S,2000000000,5000,10000",
    "PT3H,PT24H,40,43200000,86400000",
    "PT0.001S,PT1H,64,1800000,3600000",
    "PT0.001S,PT1H,23,1800000,3600000"
  })
  void waitsDoubleToTheCap(
      Duration first, Duration cap, int failures, long atLeastMillis, long belowMillis) {
    var backoff = new Backoff(first, cap);
    var random = new Random(failures);
    for (int i = 0; i < 200; i++) {
      assertThat(Duration.ofNanos(backoff.nanos(failures, random)))
          .isBetween(Duration.ofMillis(atLeastMillis), Duration.ofMillis(belowMillis));
    }
  }

  @Test
  void aBackoffThatWouldNotWaitIsRefused() {
    var second = Duration.ofSeconds(1);
    for (var bad : new Duration[] {Duration.ZERO, second.negated(), Duration.ofDays(366)}) {
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> new Backoff(bad, second));
      assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> new Backoff(second, bad));
    }
    assertThat(new Backoff(Duration.ofNanos(1), second).nanos(1, new Random(1))).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void partsBecomeTheMessage(long seed) {
    var random = new Random(seed);
    var assembler = new Assembler(300_000);
    for (int round = 0; round < 200; round++) {
      var expected = new ByteArrayOutputStream();
      byte[] whole = {};
      int parts = 1 + random.nextInt(6);
      for (int i = 1; i <= parts; i++) {
        var part = new byte[random.nextInt(50_000)];
        random.nextBytes(part);
        expected.writeBytes(part);
        whole = assembler.add(Unpooled.wrappedBuffer(part), i == parts);
        assertThat(assembler.isHolding()).isEqualTo(i < parts);
      }
      assertThat(whole).isEqualTo(expected.toByteArray());
    }
  }

  @Test
  void theLimitHoldsExactlyAndIsNamed() {
    var assembler = new Assembler(10);
    assertThat(assembler.add(Unpooled.wrappedBuffer(new byte[10]), true)).hasSize(10);
    assertThat(assembler.add(Unpooled.EMPTY_BUFFER, true)).isEmpty();
    assertThat(assembler.add(Unpooled.wrappedBuffer(new byte[6]), false)).isNull();
    assertThatExceptionOfType(ProtocolException.class)
        .isThrownBy(() -> assembler.add(Unpooled.wrappedBuffer(new byte[5]), true))
        .withMessage("message at byte 6: longer than 10 bytes");
    assertThat(assembler.isHolding()).isFalse();
    assertThat(assembler.add(Unpooled.wrappedBuffer(new byte[] {1}), true)).containsExactly(1);
  }
}
