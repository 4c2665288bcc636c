package io.sennit.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CpuWatchTest {
  @Test
  void foreignIsBusyLessOwnAndWithoutInterrupts() {
    CpuWatch.Reading before = CpuWatch.machine("cpu  100 0 100 1000 0 5 5 10 0 0\ncpu0 1\n", 50);
    CpuWatch.Reading after = CpuWatch.machine("cpu  150 0 120 1070 0 15 45 20 0 0\ncpu0 1\n", 90);
    // 200 ticks, 80 busy, 40 of them ours
    assertThat(after.foreignSince(before)).isCloseTo(0.2, Offset.offset(0.001));
    assertThat(before.foreignSince(before)).isZero();
  }

  @Test
  void aProcessNameMayHoldSpaces() {
    String stat = "7 (a b) c) S 1 7 7 0 -1 4194560 1 0 0 0 30 12 0 0 20 0 1";
    assertThat(CpuWatch.processTicks(stat)).isEqualTo(42);
  }

  @Test
  void coreListsAreRead() {
    assertThat(Pinning.parse("0-2,5")).containsExactly(0, 1, 2, 5);
  }
}
