package io.sennit.store;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.StoreEditsContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a store, on SQLite. */
final class SqliteStoreEditsTest extends StoreEditsContract {
  @TempDir Path folder;

  @Override
  protected World newWorld() {
    return new StoreWorld(folder);
  }
}
