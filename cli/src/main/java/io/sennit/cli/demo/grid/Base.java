package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoCluster;

/**
 * What the parts of the base tour stand on.
 *
 * @param cluster the worker processes
 * @param expected the right answers
 * @param search asks all workers
 * @param checks takes what was found
 */
record Base(DemoCluster cluster, Expected expected, Search search, Checks checks) {
  static final String PLAIN = "plain scan in the front";
}
