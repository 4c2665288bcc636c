package io.sennit.bench.grid;

import io.sennit.bench.harness.Load;
import io.sennit.bench.peers.PeerPair;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings a system to its steady state before anything counts: most of the time goes to the unary
 * calls that most cases are made of, the rest to each other path that will be measured.
 */
final class WarmUp {
  private static final double MAIN_SHARE = 0.6;
  private static final double LEAST_SECONDS = 0.5;

  private WarmUp() {}

  static void run(PeerPair pair, List<Load> cases, double seconds)
      throws IOException, InterruptedException {
    List<Load> paths = paths(cases.stream().filter(pair::supports).toList());
    for (int i = 0; i < paths.size(); i++) {
      double share =
          paths.size() == 1 ? 1 : i == 0 ? MAIN_SHARE : (1 - MAIN_SHARE) / (paths.size() - 1);
      double lasting = Math.max(LEAST_SECONDS, seconds * share);
      pair.run(paths.get(i).lasting((int) (lasting * 1000)), null);
    }
  }

  /** One load for each path through the code, the most common first. */
  static List<Load> paths(List<Load> cases) {
    Map<String, Load> paths = new LinkedHashMap<>();
    for (Load load : cases) {
      if (!load.work().equals(Load.IDLE) && !load.work().startsWith(Load.HOL)) {
        String path = load.work() + load.mode() + (load.inflight() == 1);
        paths.merge(path, load, (known, other) -> weight(other) > weight(known) ? other : known);
      }
    }
    List<Load> ordered = new ArrayList<>(paths.values());
    ordered.sort((a, b) -> Integer.compare(weight(b), weight(a)));
    return ordered;
  }

  private static int weight(Load load) {
    return (load.payload() == 512 ? 1 : 0)
        + (load.inflight() == 256 ? 2 : 0)
        + (load.caller().equals(Load.CALLBACK) && load.handler().equals(Load.INLINE) ? 4 : 0)
        + (load.work().equals(Load.UNARY) ? 8 : 0);
  }
}
