package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {
  private static List<Walk.Found> files(int count, long seed) {
    var random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> new Walk.Found(Path.of("/f" + i), new Stamp(1 + random.nextInt(10_000), 0)))
        .toList();
  }

  @Test
  void everyFileGoesToExactlyOnePart() {
    var files = files(500, 1);
    var parts = Partition.of(files, 7);
    assertThat(parts).hasSize(7);
    assertThat(parts.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void partsAreOfLikeSize() {
    var sizes =
        Partition.of(files(500, 2), 4).stream()
            .map(p -> p.stream().mapToLong(Walk.Found::bytes).sum())
            .toList();
    assertThat(Collections.max(sizes) - Collections.min(sizes)).isLessThanOrEqualTo(10_000);
  }

  @Test
  void theOrderOfTheFilesDoesNotMatter() {
    var shuffled = new ArrayList<>(files(100, 3));
    Collections.shuffle(shuffled, new Random(4));
    assertThat(Partition.of(shuffled, 5)).isEqualTo(Partition.of(files(100, 3), 5));
  }

  @Test
  void morePartsThanFilesLeavesSomeEmpty() {
    assertThat(Partition.of(files(2, 5), 32)).filteredOn(p -> !p.isEmpty()).hasSize(2);
  }
}
