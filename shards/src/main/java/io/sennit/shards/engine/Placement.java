package io.sennit.shards.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where shards go: to the node with the fewest of those that may take more, the first by name among
 * equals; docs/protocol/shards.md §7.5. A pure function of what it is told, but for its counts.
 */
final class Placement {
  private record Load(int shards, Life life) {}

  private static final Comparator<Load> ORDER =
      Comparator.comparingInt(Load::shards).thenComparing(l -> l.life().key);

  private final LinkedHashMap<String, Load> loads = new LinkedHashMap<>();
  private final ArrayList<Life> takers = new ArrayList<>();
  private final TreeSet<Load> open = new TreeSet<>(ORDER);

  /**
   * Of all nodes and the owners of shards, who count where their permit may hold and where a move
   * brings them.
   */
  Placement(Collection<Life> lives, Owner[] owners, Predicate<Life> takes) {
    var counts = new LinkedHashMap<String, Integer>();
    for (var owner : owners) {
      var move = owner.move;
      if (move != null && !move.returning) {
        counts.merge(move.to.key, 1, Integer::sum);
      } else if (owner.held) {
        counts.merge(owner.holder, 1, Integer::sum);
      }
    }
    for (var life : lives) {
      var load = new Load(counts.getOrDefault(life.key, 0), life);
      loads.put(life.key, load);
      if (life.isConnected() && takes.test(life)) {
        takers.add(life);
        if (load.shards < life.capacity) {
          open.add(load);
        }
      }
    }
  }

  int shards(Life life) {
    var load = loads.get(life.key);
    return load == null ? 0 : load.shards;
  }

  /** The node for the next shard, which counts there from now on; null: none takes more. */
  @Nullable Life next() {
    var least = open.pollFirst();
    return least == null ? null : taken(least);
  }

  private Life taken(Load least) {
    var more = new Load(least.shards + 1, least.life);
    loads.put(least.life.key, more);
    if (more.shards < least.life.capacity) {
      open.add(more);
    }
    return least.life;
  }

  /** The fewest shards of a node that takes more, and the node. */
  @Nullable Life least() {
    return open.isEmpty() ? null : open.first().life();
  }

  /** The one with most shards of those that may be given any, the full ones too. */
  @Nullable Life most() {
    return takers.stream()
        .map(life -> new Load(shards(life), life))
        .max(ORDER)
        .map(Load::life)
        .orElse(null);
  }

  /** A shard goes from one to the other, which counts from now on. */
  void moved(Life from, Life to) {
    change(from, -1);
    change(to, 1);
  }

  private void change(Life life, int by) {
    var old = loads.get(life.key);
    if (old != null) {
      open.remove(old);
      var now = new Load(old.shards + by, life);
      loads.put(life.key, now);
      if (now.shards < life.capacity) {
        open.add(now);
      }
    }
  }
}
