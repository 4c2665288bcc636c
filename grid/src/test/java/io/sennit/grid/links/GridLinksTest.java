package io.sennit.grid.links;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinksContract;

/** The grid's own links keep the contract of links. */
class GridLinksTest extends LinksContract {
  @Override
  protected World world() {
    return new GridWorld();
  }
}
