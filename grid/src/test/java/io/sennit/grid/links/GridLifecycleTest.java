package io.sennit.grid.links;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LifecycleContract;

/** The grid's own links at the end of their manager, which has a fabric of its own. */
class GridLifecycleTest extends LifecycleContract {
  @Override
  protected World world() {
    return new GridWorld(true);
  }

  @Override
  protected void pathsListenedAtOnceShareThePortAlsoRightAfterAClose() {
    // links of the grid have one name of a strand's, and no paths
  }
}
