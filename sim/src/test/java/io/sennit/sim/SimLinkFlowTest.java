package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkFlowContract;

final class SimLinkFlowTest extends LinkFlowContract {
  @Override
  protected World world() {
    return new SimWorld(1);
  }
}
