package io.sennit.grid.links;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkFlowContract;

/** The grid's own links keep the contract of links. */
class GridLinkFlowTest extends LinkFlowContract {
  @Override
  protected World world() {
    return new GridWorld();
  }
}
