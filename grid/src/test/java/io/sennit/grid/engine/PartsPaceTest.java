package io.sennit.grid.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ProtocolException;
import io.sennit.testkit.Row;
import org.junit.jupiter.api.Test;

/** How much of large payloads is under way, over paths of all kinds. */
@Row("G-parts")
class PartsPaceTest {
  private static final int PART = 30 * 1024;
  private static final long MS = 1_000_000;

  private final PartsPace pace = new PartsPace();
  private long now;
  private long underWay;

  /**
   * A path that carries so many bytes a millisecond behind so much latency, for a while, with a
   * sender that always has more.
   */
  private void path(long bytesPerMs, long latencyMs, int rounds) {
    for (int i = 0; i < rounds; i++) {
      while (pace.isOpen()) {
        pace.sent(PART, now);
        underWay += PART;
      }
      now += Math.max(latencyMs * MS, underWay * MS / bytesPerMs);
      pace.taken(underWay, now);
      underWay = 0;
    }
  }

  @Test
  void beginsSmallAndIsClosedWhenFull() {
    assertThat(pace.ahead()).isEqualTo(PartsPace.LEAST);
    while (pace.isOpen()) {
      pace.sent(PART, 0);
    }
    pace.taken(PART, 0);
    assertThat(pace.isOpen()).isTrue();
  }

  /** 20 ms and 100 MB/s: 2 MB fill it. */
  @Test
  void growsToWhatALongPathHolds() {
    path(100_000, 20, 30);
    assertThat(pace.ahead()).isBetween(2_000_000L, 8_000_000L);
  }

  /** 20 MB/s next door: all that is under way is a queue. */
  @Test
  void staysSmallWhereAQueueBuildsUp() {
    path(20_000, 0, 30);
    assertThat(pace.ahead()).isLessThanOrEqualTo(2 * PartsPace.LEAST);
    path(4_000, 0, 30);
    assertThat(pace.ahead()).isEqualTo(PartsPace.LEAST);
  }

  @Test
  void keepsWithinItsBounds() {
    path(1L << 40, 1, 60);
    assertThat(pace.ahead()).isEqualTo(PartsPace.MOST);
    path(1, 100, 60);
    assertThat(pace.ahead()).isBetween(PartsPace.LEAST, 2 * PartsPace.LEAST);
  }

  /** A path that became longer is no queue for ever. */
  @Test
  void forgetsHowFastAPathOnceWas() {
    path(100_000, 1, 10);
    path(100_000, 40, 20);
    assertThat(pace.ahead()).isLessThan(512 * 1024);
    path(100_000, 40, 600);
    assertThat(pace.ahead()).isGreaterThan(3_000_000);
  }

  /** One who sends little learns nothing about what the path could hold. */
  @Test
  void doesNotGrowUnused() {
    for (int i = 0; i < 100; i++) {
      pace.sent(PART, now);
      now += MS;
      pace.taken(PART, now);
    }
    assertThat(pace.ahead()).isEqualTo(PartsPace.LEAST);
  }

  @Test
  void takesNoWordForMoreThanWasSent() {
    pace.sent(PART, 0);
    assertThatThrownBy(() -> pace.taken(PART + 1, 0))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("took 30721 bytes of 30720 under way");
  }
}
