package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.StoreFlowContract;

final class SimStoreFlowTest extends StoreFlowContract {
  @Override
  protected World newWorld() {
    return new SimWorld(1);
  }
}
