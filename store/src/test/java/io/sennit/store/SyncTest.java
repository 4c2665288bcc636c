package io.sennit.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.storage.StoreBatch;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is forced to the disk, seen from outside. */
final class SyncTest {
  @TempDir Path folder;

  private static StoreBatch batch(int index) {
    var batch = new StoreBatch();
    batch.append("log", index, ("record " + index).getBytes(UTF_8));
    return batch;
  }

  @Test
  void forcingReachesTheFileThatHoldsTheLastCommits() throws Exception {
    var file = folder.resolve("s.db");
    OwnerFiles.file(file);
    try (var forced = new ForcedFiles();
        var durable = DurableHalf.open("s", file)) {
      durable.apply(batch(0), false);
      assertThat(durable.commit()).as("a commit at level OS forces nothing").isFalse();
      assertThat(durable.unforced()).isTrue();
      durable.force();
      assertThat(durable.unforced()).isFalse();
      assertThat(forced.paths()).contains(folder.resolve("s.db-wal").toString());
    }
  }

  /** An empty forced commit forces nothing, so it must not count for what was written before it. */
  @Test
  void anEmptyForcedCommitLeavesWhatIsUnforced() throws Exception {
    var file = folder.resolve("s.db");
    OwnerFiles.file(file);
    try (var durable = DurableHalf.open("s", file)) {
      durable.apply(batch(0), false);
      durable.commit();
      durable.apply(new StoreBatch(), true);
      assertThat(durable.commit()).isFalse();
      assertThat(durable.unforced()).isTrue();
      durable.apply(batch(1), true);
      assertThat(durable.commit()).isTrue();
      assertThat(durable.unforced()).isFalse();
    }
  }

  /** A new data folder was synced, but not the folders made above it. */
  @Test
  void theParentsOfANewDataFolderAreSynced() throws Exception {
    try (var forced = new ForcedFiles()) {
      OwnerFiles.folder(folder.resolve("a/b/c"));
      assertThat(forced.paths())
          .contains(
              folder.toString(), folder.resolve("a").toString(), folder.resolve("a/b").toString());
    }
  }
}
