package io.sennit.cli.demo.grid;

import io.sennit.cli.demo.Checks;
import io.sennit.cli.demo.DemoChapter;
import io.sennit.cli.demo.DemoCluster;
import io.sennit.cli.demo.WorkerScope;

/** The base of the tour. Its part in the front is the {@link Tour} itself. */
public final class GridChapter implements DemoChapter {
  static final String NAME = "grid";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int order() {
    return 0;
  }

  @Override
  public void worker(WorkerScope scope) {
    new SearchService().serve(scope.node().grid());
  }

  @Override
  public void front(DemoCluster cluster, Checks checks) {
    // the tour has run it by now: every other chapter needs the cluster it leaves
  }
}
