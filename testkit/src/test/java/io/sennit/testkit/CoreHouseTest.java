package io.sennit.testkit;

import java.nio.file.Path;

/** The rules of the house over core, which this module stands on and which so cannot ask itself. */
class CoreHouseTest extends HouseRulesTest {
  CoreHouseTest() {
    super("io.sennit.core", Path.of("..", "core", "target", "classes"));
  }
}
