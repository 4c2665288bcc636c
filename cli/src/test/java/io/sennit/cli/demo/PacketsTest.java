package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.cli.demo.PacketWorker.Ask;
import io.sennit.core.ClusterKey;
import io.sennit.core.Within;
import io.sennit.core.codec.NoValue;
import io.sennit.node.Node;
import io.sennit.sim.BurstLoss;
import io.sennit.sim.Injected.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packets between worker processes go through the pair's proxies, and nothing above knows. */
@Timeout(120)
class PacketsTest {
  private static final Within SOON = Within.within(Duration.ofSeconds(10));
  private static final int GROUP = 25; // at once, so that no kernel's buffer overflows

  @TempDir Path dir;

  /** How many packets of one worker another has, and that none came from anywhere else. */
  private static int got(DemoCluster cluster, int at, int from) {
    var all = PacketWorker.GOT.call(cluster.connection(at), NoValue.NONE, SOON).from();
    var sender = cluster.worker(from).address().toString();
    assertThat(all.keySet()).as("who sent, seen from above the fabric").isSubsetOf(sender);
    return all.getOrDefault(sender, 0);
  }

  private static void send(DemoCluster cluster, int from, int to, int packets) {
    var address = cluster.worker(to).address().toString();
    for (int sent = 0; sent < packets; sent += GROUP) {
      var ask = new Ask(address, GROUP);
      assertThat(PacketWorker.SEND.call(cluster.connection(from), ask, SOON)).isEqualTo(GROUP);
    }
  }

  private static boolean reaches(DemoCluster cluster, int from, int to) {
    var ask = new Ask(cluster.worker(to).host(), 0);
    return PacketWorker.REACHES.call(cluster.connection(from), ask, SOON) == 1;
  }

  private static void await(DemoCluster cluster, int at, int from, int packets) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(got(cluster, at, from)).isEqualTo(packets));
  }

  @Test
  void lossCutsAndHealsMeetPacketsAndLinksAlike() throws Exception {
    var key = dir.resolve("key");
    Files.writeString(key, ClusterKey.random().toHex());
    try (var front =
            Node.builder()
                .cluster("demo")
                .name("front")
                .keyFile(key)
                .notRecorded()
                .grid(DemoSettings::of)
                .start();
        var fleet = new Fleet(key, front, i -> PacketWorker.class.getName(), dir)) {
      fleet.start(2);
      var cluster = new DemoCluster(front, fleet, dir, new Screen(System.out, false, false, 80));
      cluster.awaitConnected(0);
      cluster.awaitConnected(1);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> reaches(cluster, 0, 1));

      send(cluster, 0, 1, 100);
      send(cluster, 1, 0, 100);
      await(cluster, 1, 0, 100);
      await(cluster, 0, 1, 100);
      assertThat(cluster.injected().counts()).isEmpty();

      cluster.lose(0.2);
      send(cluster, 0, 1, 500);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> got(cluster, 1, 0) + (int) cluster.injected().count(Kind.LOSS) == 100 + 500);
      assertThat(cluster.injected().count(Kind.LOSS)).isBetween(50L, 150L);
      cluster.heal();
      int before = got(cluster, 1, 0);

      cluster.cut(Set.of(0), Set.of(1));
      send(cluster, 0, 1, 50);
      send(cluster, 1, 0, 50);
      assertThat(reaches(cluster, 0, 1)).as("links across the cut").isFalse();
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> cluster.injected().count(Kind.BLACK_HOLE) >= 3); // packets both ways, links
      cluster.heal();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> reaches(cluster, 0, 1));
      send(cluster, 0, 1, 100);
      send(cluster, 1, 0, 100);
      await(cluster, 1, 0, before + 100);
      await(cluster, 0, 1, 200);

      cluster.lose(new BurstLoss(0.05, 0.2, 1));
      send(cluster, 1, 0, 300);
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () -> got(cluster, 0, 1) + (int) cluster.injected().count(Kind.BURST) == 200 + 300);
      assertThat(cluster.injected().count(Kind.BURST)).isPositive();
      cluster.heal();

      cluster.worker(1).kill();
      cluster.restart(1);
      send(cluster, 0, 1, 100);
      await(cluster, 1, 0, 100);
      assertThat(Map.copyOf(cluster.injected().counts()).keySet())
          .containsExactlyInAnyOrder(Kind.LOSS, Kind.BURST, Kind.BLACK_HOLE);
    }
  }
}
