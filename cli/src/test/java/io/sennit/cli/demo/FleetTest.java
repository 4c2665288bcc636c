package io.sennit.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.death.Verdict;
import io.sennit.node.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker processes as a chapter has them: exits are told, data stays, cuts are checked. */
@Timeout(120)
class FleetTest {
  @TempDir Path dir;

  @Test
  void anExitIsToldAndTheDataFolderSurvivesIt() throws Exception {
    var key = dir.resolve("key");
    Files.writeString(key, ClusterKey.random().toHex());
    List<WorkerExit> exits = new CopyOnWriteArrayList<>();
    try (var front =
            Node.builder()
                .cluster("demo")
                .name("front")
                .keyFile(key)
                .notRecorded()
                .grid(DemoSettings::of)
                .start();
        var fleet = new Fleet(key, front, i -> WorkerMain.class.getName(), dir)) {
      fleet.start(2);
      var cluster = new DemoCluster(front, fleet, dir, new Screen(System.out, false, false, 80));
      cluster.onExit(exits::add);
      assertThat(fleet.proxies().size()).as("one proxy for each ordered pair").isEqualTo(2);
      var victim = cluster.worker(1);
      Files.writeString(dir.resolve("worker-1").resolve("kept"), "by worker 1");
      var life = victim.life();
      victim.kill();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(exits)
                      .containsExactly(
                          new WorkerExit(1, victim.address(), life, victim.pid(), 137)));
      assertThat(front.oracle().verdict(victim.address()))
          .as("the launcher's proof")
          .isInstanceOf(Verdict.Dead.class);
      cluster.restart(1);
      var again = cluster.worker(1);
      assertThat(again.life().isAfter(life)).isTrue();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(front.oracle().verdict(again.address()))
                      .isEqualTo(new Verdict.Alive(Optional.of(again.life()))));
      assertThat(dir.resolve("worker-1").resolve("kept")).hasContent("by worker 1");
      assertThat(fleet.proxies().size()).isEqualTo(2);
      assertThatThrownBy(() -> cluster.cut(Set.of(0), Set.of(2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("workers are 0 to 1, not 2");
      assertThatThrownBy(() -> cluster.cut(Set.of(0), Set.of(0, 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(exits).hasSize(3);
    assertThat(exits.subList(1, 3)).extracting(WorkerExit::status).containsOnly(0);
  }
}
