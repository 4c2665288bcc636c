package io.sennit.grid.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.testkit.Row;
import java.util.HashMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of numbers that a peer chooses, and the byte that counts a call. */
@Row("G-received")
class MuxTableTest {
  private static final int MANY = 10_000;

  /**
   * Numbers that differ in their highest or lowest bits only, or that the factor everybody knew
   * sent to one place (grid B15: 10,000 of those made each look-up 10,000 steps).
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 1L << 16, 1L << 40, 1L << 50, 0x9E37_79B9_7F4A_7C15L})
  void chosenNumbersDoNotCollide(long step) {
    var table = new MuxTable<Long>(0x1234_5678_9abc_def1L);
    for (long i = 1; i <= MANY; i++) {
      table.put(i * step, i);
    }
    // the inverse of the golden ratio's factor brought equal high bits under the old scheme
    assertThat(table.size()).isEqualTo(MANY);
    assertThat(table.steps()).isLessThan(40L * MANY);
    for (long i = 1; i <= MANY; i++) {
      assertThat(table.get(i * step)).isEqualTo(i);
    }
  }

  @Test
  void isAMap() {
    var random = new SplittableRandom(5);
    var table = new MuxTable<Integer>(random.nextLong());
    var map = new HashMap<Long, Integer>();
    for (int i = 0; i < 100_000; i++) {
      long key = random.nextLong(500);
      if (random.nextBoolean()) {
        table.put(key, i);
        map.put(key, i);
      } else {
        assertThat(table.remove(key)).isEqualTo(map.remove(key));
      }
      assertThat(table.size()).isEqualTo(map.size());
    }
    map.forEach((key, value) -> assertThat(table.get(key)).isEqualTo(value));
    assertThat(table.all()).containsExactlyInAnyOrderElementsOf(map.values());
  }

  @Test
  void aByteCountsAnyRequest() {
    var random = new SplittableRandom(6);
    for (int i = 0; i < 100_000; i++) {
      int size = random.nextInt(1 << random.nextInt(1, 31));
      long counted = Held.bytes(Held.of(size));
      assertThat(counted).isBetween(size + 1L, (long) ((size + 600) * 1.13));
    }
    assertThat(Held.bytes(Held.of(1 << 30))).isBetween(1L << 30, (1L << 30) * 9 / 8 + 1024);
  }
}
