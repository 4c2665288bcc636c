package io.sennit.shards.engine;

import io.sennit.core.spi.Loop;
import io.sennit.shards.ShardDecision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The last decisions of an orchestrator, and who is told of new ones. On the loop. */
public final class Decisions {
  private static final int KEPT = 4096;

  private final Loop loop;
  private final ArrayDeque<ShardDecision> kept = new ArrayDeque<>();
  private final ArrayList<Consumer<ShardDecision>> listeners = new ArrayList<>();
  private long number;

  Decisions(Loop loop) {
    this.loop = loop;
  }

  void add(String what, int shard, String node, String why) {
    var one = new ShardDecision(++number, loop.wallTime(), what, shard, node, why);
    kept.add(one);
    if (kept.size() > KEPT) {
      kept.poll();
    }
    List.copyOf(listeners).forEach(l -> l.accept(one));
  }

  /** The last ones, oldest first. */
  public List<ShardDecision> last(int most) {
    return kept.stream().skip(Math.max(0, kept.size() - most)).toList();
  }

  /** Tells of each new one, on the loop, until the answer is run. */
  public Runnable listen(Consumer<ShardDecision> told) {
    listeners.add(told);
    return () -> listeners.remove(told);
  }
}
