package io.sennit.store;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LeadershipContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract of leadership, by file lock. */
final class FileLeadershipTest extends LeadershipContract {
  @TempDir Path folder;

  @Override
  protected World world() {
    return new StoreWorld(folder);
  }
}
