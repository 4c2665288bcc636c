package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.StoreEditsContract;

final class SimStoreEditsTest extends StoreEditsContract {
  @Override
  protected World newWorld() {
    return new SimWorld(1);
  }
}
