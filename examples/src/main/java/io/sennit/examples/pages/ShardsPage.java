package io.sennit.examples.pages;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.codec.Codec;
import io.sennit.node.Node;
import io.sennit.shards.Hosting;
import io.sennit.shards.ShardHost;
import io.sennit.shards.ShardId;
import io.sennit.shards.ShardPermit;
import io.sennit.shards.ShardType;
import io.sennit.shards.StateSink;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The snippets of docs/shards.md. */
public final class ShardsPage {
  // snippet: shards-host
  record Scored(String who, int points) {}

  static final ShardType<Map<String, Integer>, Scored> ROOMS =
      ShardType.of("rooms", 8, Codec.of(Scored.class));

  static final class RoomHost implements ShardHost<Map<String, Integer>, Scored> {
    @Override
    public Map<String, Integer> start(ShardId id) {
      return new LinkedHashMap<>();
    }

    @Override
    public void save(Map<String, Integer> room, StateSink<Scored> out) throws InterruptedException {
      for (var one : room.entrySet()) {
        out.send(new Scored(one.getKey(), one.getValue()));
      }
    }

    @Override
    public void load(Map<String, Integer> room, Scored piece) {
      room.put(piece.who(), piece.points());
    }
  }

  // end

  private ShardsPage() {}

  static Node start(ClusterKey key, String name, Address orchestrator) {
    // snippet: shards-node
    var node = Node.builder().key(key).name(name).orchestrator(orchestrator).start();
    // end
    return node;
  }

  static Hosting<Map<String, Integer>, Scored> host(Node node) {
    // snippet: shards-hosting
    var hosting = node.shards().host(ROOMS, new RoomHost());
    // end
    return hosting;
  }

  static CompletableFuture<Integer> score(
      Hosting<Map<String, Integer>, Scored> hosting, String key) {
    // snippet: shards-use
    CompletableFuture<Integer> total =
        hosting.use(ROOMS.idOf(key), (room, permit) -> room.merge("ann", 3, Integer::sum));
    // end
    return total;
  }

  static void tell(ShardPermit permit, Ledger ledger, String what) {
    // snippet: shards-permit
    permit.check(); // throws if the shard may no longer act here
    ledger.write(permit.shard(), permit.epoch(), what); // refuses what is older than it has seen
    // end
  }

  /** Something outside that shards write to. */
  interface Ledger {
    void write(ShardId shard, long epoch, String what);
  }
}
