package io.sennit.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.StorageException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Store.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose disk fails under it. */
final class StoreFailureTest {
  @TempDir Path folder;

  @Test
  void afterAFailedCommitEverythingFails() throws Exception {
    var file = folder.resolve("s.db");
    OwnerFiles.file(file);
    var loop = new TestLoop();
    var inbox = new Inbox();
    var said = Collections.synchronizedList(new ArrayList<String>());
    var shelves = Shelves.open("s", file);
    var first = new AtomicReference<StorageException>();
    // a table taken away by somebody else is as good a broken disk as any
    try (var saboteur = Connections.forced(file)) {
      Connections.run(saboteur, "DROP TABLE records");
    }
    for (int i = 0; i < 3; i++) {
      var changes = new Changes();
      changes.append("log", i, new byte[1]).put("map", new byte[1], new byte[1]);
      inbox.offer(
          new Request.Commit(
              changes,
              Durability.FSYNC,
              Done.of(
                  ok -> said.add("ok"),
                  why -> {
                    said.add("failed");
                    first.compareAndSet(null, (StorageException) why);
                  })));
    }
    inbox.close();
    new StoreThread("s", loop, inbox, shelves, bytes -> said.add("settled")).run();
    Awaitility.await().until(() -> said.size() == 4);
    assertThat(said).isEqualTo(List.of("settled", "failed", "failed", "failed"));
    assertThat(Objects.requireNonNull(first.get()).advice()).isNotEmpty();
    loop.close();
    try (var again = new Tables(Connections.forced(file));
        var rows = again.of("SELECT count(*) FROM entries").executeQuery()) {
      assertThat(rows.getInt(1)).as("nothing of the failed group stayed").isZero();
    }
  }
}
