package io.sennit.conformance;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How the server's links ended: cleanly, refused with a {@link ProtocolException}, or lost. A link
 * that stays, or ends in another way, is a defect whatever the suite thinks of the case.
 */
final class Endings {
  static final String CLEAN = "cleanly";

  private final Map<String, Integer> kinds = new TreeMap<>();
  private final List<String> defects = new ArrayList<>();
  private int open;

  synchronized void opened() {
    open++;
  }

  synchronized void closed(Optional<SennitException> why) {
    open--;
    kinds.merge(kind(why), 1, Integer::sum);
    notifyAll();
  }

  private String kind(Optional<SennitException> why) {
    if (why.isEmpty()) {
      return CLEAN;
    }
    var reason = why.get();
    if (reason instanceof ProtocolException wrong) {
      return "refused (" + wrong.field() + ")";
    }
    // lost by the suite's hand: it drops connections in some cases
    if (!(reason instanceof DisconnectedException) || reason.what().startsWith("the handler")) {
      defects.add("a link ended with " + reason);
    } else if (reason.what().startsWith("stalled")) {
      defects.add("a link stalled: " + reason.what());
    }
    return "lost";
  }

  /** Waits until no link is open; what is wrong with how they ended. */
  synchronized List<String> settle(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (open > 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    var all = new ArrayList<>(defects);
    if (open > 0) {
      all.add(open + " links are still open " + limit + " after the suite has ended");
    }
    return all;
  }

  @Override
  public synchronized String toString() {
    return kinds.toString();
  }
}
