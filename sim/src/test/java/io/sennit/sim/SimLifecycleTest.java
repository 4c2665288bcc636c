package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LifecycleContract;

class SimLifecycleTest extends LifecycleContract {
  @Override
  protected World world() {
    return new SimWorld(31);
  }

  @Override
  protected boolean hasStores() {
    return true;
  }
}
