package io.sennit.store;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.StoreFlowContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a store, on SQLite. */
final class SqliteStoreFlowTest extends StoreFlowContract {
  @TempDir Path folder;

  @Override
  protected World newWorld() {
    return new StoreWorld(folder);
  }
}
