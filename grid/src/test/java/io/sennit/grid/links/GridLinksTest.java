package io.sennit.grid.links;

import io.sennit.core.SennitException;
import io.sennit.grid.HandlerAlreadyExistsException;
import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinksContract;

/** The grid's own links keep the contract of links. */
class GridLinksTest extends LinksContract {
  @Override
  protected World world() {
    return new GridWorld();
  }

  @Override
  protected Class<? extends SennitException> whereTaken() {
    return HandlerAlreadyExistsException.class; // a name of the grid's own, not a port
  }
}
