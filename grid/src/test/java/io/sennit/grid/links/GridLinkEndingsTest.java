package io.sennit.grid.links;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkEndingsContract;

/**
 * The grid's own links keep the contract of how links end, but for what it says of framings: they
 * have none, the grid's items are whole.
 */
class GridLinkEndingsTest extends LinkEndingsContract {
  @Override
  protected World world() {
    return new GridWorld();
  }

  @Override
  protected void aPeerThatAbortsInsideAMessageIsNoCleanEnd() {
    // an item arrives whole or not at all
  }

  @Override
  protected void aPeerThatVanishesInsideAMessageIsNoCleanEnd() {
    // an item arrives whole or not at all
  }

  @Override
  protected void aGoodbyeInTheFramingEndsCleanly() {
    // there is no framing to say goodbye in
  }
}
