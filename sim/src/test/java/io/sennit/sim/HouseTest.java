package io.sennit.sim;

import io.sennit.testkit.HouseRulesTest;

/** The rules of the house over this module. */
class HouseTest extends HouseRulesTest {
  HouseTest() {
    super("io.sennit.sim");
  }

  @Override
  protected void librariesDoNotPrint() {
    // the rig is where the logs of failed processes are printed
  }
}
