package io.sennit.node;

import io.sennit.core.spi.SystemOptions;
import io.sennit.testkit.SocketWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LifecycleContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The end of a fabric that has sockets, stores and candidacies, each node with its own folder. */
class FabricLifecycleTest extends LifecycleContract {
  @TempDir Path folder;

  @Override
  protected World world() {
    return new SocketWorld(
        node -> SystemOptions.defaults().withLoops(2).withData(folder.resolve(node)));
  }

  @Override
  protected boolean hasStores() {
    return true;
  }
}
