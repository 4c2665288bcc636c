package io.sennit.sim;

import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.NamesContract;

final class SimNamesTest extends NamesContract {
  @Override
  protected World world() {
    return new SimWorld(1);
  }
}
