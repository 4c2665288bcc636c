package io.sennit.cli;

import io.sennit.testkit.HouseRulesTest;

/** The rules of the house over this module. */
class HouseTest extends HouseRulesTest {
  HouseTest() {
    super("io.sennit.cli");
  }

  /** A command is there to print. */
  @Override
  protected void librariesDoNotPrint() {
    // allowed here
  }
}
