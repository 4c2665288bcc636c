package io.sennit.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sennit.core.ClusterKey;
import io.sennit.node.Node;
import io.sennit.shards.MoveResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of docs/shards.md, run: three nodes, and a shard moved with its state. */
@Timeout(120)
class ShardsPageTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir Path data;

  @Test
  void aRoomIsMovedWithItsScores() throws Exception {
    var key = ClusterKey.random();
    try (var o = Node.builder().key(key).data(data).set("shards.orchestrate", "rooms:8").start();
        var a = ShardsPage.start(key, "a", o.address());
        var b = ShardsPage.start(key, "b", o.address())) {
      var onA = ShardsPage.host(a);
      var onB = ShardsPage.host(b);
      var rooms = java.util.Objects.requireNonNull(o.shards().orchestrators().get("rooms"));
      await()
          .atMost(LONG)
          .until(() -> rooms.isReady() && rooms.status().get(30, TimeUnit.SECONDS).running() == 8);
      var id = ShardsPage.ROOMS.idOf("lobby-7");
      boolean first = onA.permit(id).isPresent();
      var from = first ? onA : onB;
      var to = first ? onB : onA;
      await().atMost(LONG).until(to::isConnected);
      assertThat((Object) ShardsPage.score(from, "lobby-7").get(30, TimeUnit.SECONDS)).isEqualTo(3);
      assertThat(rooms.migrate(id.number(), first ? "b" : "a").get(60, TimeUnit.SECONDS))
          .isInstanceOf(MoveResult.Moved.class);
      assertThat((Object) ShardsPage.score(to, "lobby-7").get(30, TimeUnit.SECONDS)).isEqualTo(6);
      assertThat(ShardsPage.score(from, "lobby-7")).isCompletedExceptionally();
      var told = new ArrayList<String>();
      ShardsPage.tell(
          to.permit(id).orElseThrow(), (s, epoch, what) -> told.add(s + " " + epoch + what), "!");
      assertThat(told).containsExactly(id + " 2!");
    }
  }
}
