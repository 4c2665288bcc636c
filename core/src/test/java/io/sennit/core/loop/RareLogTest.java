package io.sennit.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

/** One line an interval, and it says how many were left out. */
class RareLogTest {
  private final List<String> lines = new ArrayList<>();
  private final Logger logger =
      new Logger() {
        @Override
        public String getName() {
          return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
          return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
          lines.add(level + " " + message + " " + thrown);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
          lines.add(level + " " + format);
        }
      };

  @Test
  void oneLineAnInterval() {
    var log = RareLog.of(logger, Duration.ofNanos(10));
    long start = Long.MIN_VALUE; // a clock may begin anywhere
    assertThat(log.log(start, Level.INFO, "a", null)).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(log.log(start + i, Level.INFO, "b", null)).isFalse();
    }
    assertThat(log.leftOut()).isEqualTo(10);
    assertThat(log.log(start + 11, Level.INFO, "c", new IllegalStateException("x"))).isTrue();
    assertThat(lines)
        .containsExactly(
            "INFO a", "INFO c (10 like it were not logged) java.lang.IllegalStateException: x");
    assertThat(log.leftOut()).isZero();
  }
}
