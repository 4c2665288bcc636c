package io.sennit.node;

import io.sennit.core.ClusterKey;
import io.sennit.core.Incarnation;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.spi.Fabric;
import io.sennit.grid.Manager;
import java.util.Optional;

/**
 * What a node is made of, for its strands.
 *
 * @param ownsFabric whether the fabric ends with the node
 * @param folder the data folder, if there is one
 */
record Innards(
    NodeConfig config,
    Optional<ClusterKey> key,
    Fabric fabric,
    boolean ownsFabric,
    Manager grid,
    Incarnation incarnation,
    Optional<DataFolder> folder,
    DeathOracle oracle,
    SharedMembership membership,
    SharedStore store,
    Ground ground,
    Meters meters) {

  /** Ends it all, from the top down. */
  void close() {
    grid.close();
    store.close();
    if (ownsFabric) {
      fabric.close();
    }
    folder.ifPresent(DataFolder::close);
  }
}
