package io.sennit.session;

import io.sennit.testkit.HouseRulesTest;

/** The rules of the house over this module. */
class HouseTest extends HouseRulesTest {
  HouseTest() {
    super("io.sennit.session");
  }
}
