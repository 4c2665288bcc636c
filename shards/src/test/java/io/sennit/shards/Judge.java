package io.sennit.shards;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees what all nodes do for their shards, and says what must not be: two nodes with an open
 * permit, an effect of an older epoch after one of a newer, a state that is not what its origin
 * froze.
 */
final class Judge {
  /** What is known of one node's present life. */
  interface Eye {
    @Nullable ShardPermit permit(int shard);
  }

  private final Map<String, Eye> eyes = new LinkedHashMap<>();
  private final Map<Integer, Long> newest = new TreeMap<>();
  private final Map<Integer, TreeMap<Long, List<Long>>> frozen = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();
  private long acts;
  private long looks;
  private long arrivals;
  private long pieces;

  void watch(String node, Eye eye) {
    eyes.put(node, eye);
  }

  void gone(String node) {
    eyes.remove(node);
  }

  /** Code of a user acts for a shard, right after it looked at its permit. */
  void acts(String node, ShardPermit permit) {
    acts++;
    int shard = permit.shard().number();
    long before = newest.getOrDefault(shard, 0L);
    if (permit.epoch() < before) {
      wrong.add(
          "%s acts for shard %d in epoch %d after epoch %d"
              .formatted(node, shard, permit.epoch(), before));
    }
    newest.put(shard, Math.max(before, permit.epoch()));
    look(shard);
  }

  /** Who may run a shard at this instant. */
  void look(int shard) {
    looks++;
    var open =
        eyes.entrySet().stream()
            .filter(e -> e.getValue().permit(shard) != null)
            .map(Map.Entry::getKey)
            .toList();
    if (open.size() > 1) {
      wrong.add("shard " + shard + " may run at " + open);
    }
  }

  /** The state as it is when the shard stops acting at its origin. */
  void froze(int shard, long epoch, List<Long> state) {
    frozen.computeIfAbsent(shard, _ -> new TreeMap<>()).put(epoch, List.copyOf(state));
  }

  /** The state as a move has brought it. */
  void arrived(int shard, long epoch, List<Long> state) {
    arrivals++;
    pieces += state.size();
    var left = frozen.getOrDefault(shard, new TreeMap<>()).lowerEntry(epoch);
    if (left == null || !state.equals(left.getValue())) {
      wrong.add("the state of shard " + shard + " came other than it left: " + state.size());
    }
  }

  void say(String what) {
    wrong.add(what);
  }

  long acts() {
    return acts;
  }

  long looks() {
    return looks;
  }

  long arrivals() {
    return arrivals;
  }

  long pieces() {
    return pieces;
  }

  void check(String when) {
    if (!wrong.isEmpty()) {
      throw new AssertionError(
          when + ": " + wrong.size() + " times wrong, first: " + wrong.getFirst());
    }
  }
}
