package io.sennit.mesh;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.RejectedException;
import io.sennit.mesh.engine.Shares;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages to many through relays. */
class FanOutTest {
  private static final ClusterKey KEY = ClusterKey.random();
  private static final int COMMAND = 10_001;

  private Simulation simulation = Simulation.of(3);
  private final Map<String, Mesh> meshes = new LinkedHashMap<>();
  private final Map<String, Integer> heard = new LinkedHashMap<>();

  @AfterEach
  void close() {
    meshes.values().forEach(mesh -> simulation.run(mesh::close));
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private static Address at(String name) {
    return Address.of(name, 7400);
  }

  /** Nodes that know nothing of each other: addresses outside the view are allowed. */
  private List<Address> nodes(int count, double loss) {
    simulation.close();
    simulation =
        Simulation.builder(3)
            .weather(new Weather.Builder().latency(250, 100).packets(loss, 0.02, 0.02).build())
            .build();
    var all = new ArrayList<Address>();
    for (int i = 0; i < count; i++) {
      var name = "n" + i;
      var mesh =
          simulation.call(
              () -> Mesh.builder(simulation.node(name)).bind(at(name)).key(KEY).start());
      meshes.put(name, mesh);
      mesh.setCommandHandler(
          COMMAND,
          (data, sender) -> {
            assertThat(sender).isEqualTo(at("n0"));
            heard.merge(name, 1, Integer::sum);
            return null;
          });
      all.add(at(name));
    }
    return all;
  }

  private Mesh first() {
    var mesh = meshes.get("n0");
    if (mesh == null) {
      throw new AssertionError("no n0");
    }
    return mesh;
  }

  @Test
  @Row("M-T10")
  void sharesAreCutAsTheSeedDrawsThem() {
    assertThat(Shares.cut(List.of("B", "C", "D", "E", "F", "G"), 2))
        .containsExactly(
            new Shares.Share<>("B", List.of("D", "E")), new Shares.Share<>("C", List.of("F", "G")));
    assertThat(Shares.hops(6, 2)).isEqualTo(2);
    for (int limit = 1; limit <= 32; limit++) {
      for (int n = 0; n <= 1000; n += 7) {
        var all = IntStream.range(0, n).boxed().toList();
        var reached = new ArrayList<Integer>();
        assertThat(walk(all, limit, reached)).isEqualTo(Shares.hops(n, limit));
        assertThat(reached).containsExactlyInAnyOrderElementsOf(all);
      }
    }
  }

  private static int walk(List<Integer> all, int limit, List<Integer> reached) {
    int deepest = 0;
    var shares = Shares.cut(all, limit);
    assertThat(shares.size()).isLessThanOrEqualTo(limit);
    for (var share : shares) {
      reached.add(share.head());
      deepest = Math.max(deepest, 1 + walk(share.below(), limit, reached));
    }
    return deepest;
  }

  @Test
  @Row({"M-SendMany", "M-T10-sim"})
  void everyoneHandlesItOnceAlsoWithLoss() {
    for (double loss : new double[] {0, 0.1}) {
      var all = nodes(16, loss);
      heard.clear();
      for (int limit : new int[] {1, 2, 20}) {
        heard.clear();
        var future = first().sendManyAsync(COMMAND, all, Map.of("text", "hi"), limit);
        assertThat(simulation.runUntil(future::isDone, ofSeconds(60))).isTrue();
        assertThat(future.join()).isInstanceOf(FanOut.AllReached.class);
        assertThat(future.join().nodes()).isEqualTo(16);
        simulation.run(ofSeconds(1));
        assertThat(heard).hasSize(16).allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
      }
      meshes.values().forEach(mesh -> simulation.run(mesh::close));
      meshes.clear();
    }
    nodes(1, 0);
  }

  /** Dead relays: all live nodes have it once, and the report names exactly the dead. */
  @Test
  @Row("M-T11")
  void sharesOfDeadRelaysAreTakenOver() {
    var all = nodes(30, 0.05);
    for (int i = 3; i < 30; i += 9) {
      simulation.faults().kill("n" + i);
      meshes.remove("n" + i);
    }
    var future = first().sendManyAsync(COMMAND, all, Map.of("text", "hi"), 3);
    simulation.run(java.time.Duration.ofMillis(2)); // one more dies while it is on its way
    simulation.faults().kill("n2");
    meshes.remove("n2");
    assertThat(simulation.runUntil(future::isDone, ofSeconds(120))).isTrue();
    if (!(future.join() instanceof FanOut.SomeFailed failed)) {
      throw new AssertionError(future.join().toString());
    }
    assertThat(failed.failed()).containsOnlyKeys(at("n2"), at("n3"), at("n12"), at("n21"));
    assertThat(failed.nodes()).isEqualTo(26);
    assertThat(MeshErrors.isSendError(failed.failed().get(at("n3")))).isTrue();
    heard.remove("n2");
    assertThat(heard).hasSize(26).allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
  }

  @Test
  @Row({"M-USendMany", "M-T12"})
  void theUnreliableTreeReachesMostAndNobodyTwice() {
    var all = nodes(30, 0);
    simulation.run(() -> first().usendMany(COMMAND, all, Map.of("text", "hi"), 3));
    simulation.run(ofSeconds(3));
    assertThat(heard).hasSize(30).allSatisfy((_, times) -> assertThat(times).isEqualTo(1));
    assertThatThrownBy(() -> first().sendMany(COMMAND, all, Map.of(), 0))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("at least 1");
  }
}
