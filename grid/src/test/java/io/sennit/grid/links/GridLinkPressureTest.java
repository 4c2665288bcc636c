package io.sennit.grid.links;

import io.sennit.testkit.World;
import io.sennit.testkit.contract.LinkPressureContract;

/** The grid's own links under pressure, but for what the contract says of framings. */
class GridLinkPressureTest extends LinkPressureContract {
  @Override
  protected World world() {
    return new GridWorld();
  }

  @Override
  protected void aFramingThatFailsToEncodeEndsItsLink() {
    // there is no framing
  }

  @Override
  protected void answersOfTheFramingCountInTheBound() {
    // there is no framing
  }
}
