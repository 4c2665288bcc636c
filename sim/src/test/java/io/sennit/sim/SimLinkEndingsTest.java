package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkEndingsContract;

final class SimLinkEndingsTest extends LinkEndingsContract {
  @Override
  protected World world() {
    return new SimWorld(1);
  }
}
