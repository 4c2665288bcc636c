package io.sennit.grid.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Budget;
import io.sennit.core.spi.Loop;
import io.sennit.grid.NodeBusyException;
import java.util.ArrayList;
import java.util.List;

/** Who waits for one peer's connection, on its home loop; bounded in bytes like its queue. */
final class Uses {
  private final Loop home;
  private final String host;
  private final Budget budget;
  private final List<Use> waiting = new ArrayList<>();

  Uses(Loop home, String host, long maxBytes) {
    this.home = home;
    this.host = host;
    this.budget = new Budget(maxBytes);
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  void add(Use use) {
    if (!budget.tryTake(use.cost())) {
      use.fail(
          new NodeBusyException(
              "too much waits for the connection (" + budget.max() + " bytes)",
              ErrorContext.peer(host).with(Outcome.DID_NOT_RUN)));
      return;
    }
    waiting.add(use);
    use.waits(home, () -> late(use));
  }

  private void late(Use use) {
    if (waiting.remove(use)) {
      budget.give(use.cost());
      use.tooLate(host);
    }
  }

  void ready(Channel channel) {
    for (var use : takeAll()) {
      use.ready(home, channel);
    }
  }

  void fail(SennitException why) {
    for (var use : takeAll()) {
      use.fail(why);
    }
  }

  private List<Use> takeAll() {
    var all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(use -> budget.give(use.cost()));
    return all;
  }
}
