package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.spi.Membership.Member;
import io.sennit.sim.Simulation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node and its strands in virtual time: the same seed, the same run. */
@Timeout(60)
class NodeSimTest {
  private final List<String> said = new ArrayList<>();

  private NodeBuilder builder(Simulation simulation, String place, Strand... strands) {
    return NodeConfig.of(new StrandCatalog(List.of(strands)))
        .builder()
        .fabric(simulation.node(place))
        .key(ClusterKey.of(new byte[ClusterKey.SIZE]))
        .listen(Address.of(place, 7400));
  }

  private Incarnation life(long seed) {
    try (var simulation = Simulation.of(seed)) {
      var node = simulation.call(() -> builder(simulation, "a").start());
      simulation.run(node::close);
      return node.incarnation();
    }
  }

  @Test
  void whichLifeItIsComesFromTheSeed() {
    assertThat(life(1)).isEqualTo(life(1)).isNotEqualTo(life(2));
  }

  @Test
  void aDrainThatHangsIsCutShortInVirtualTime() {
    try (var simulation = Simulation.of(3)) {
      var hangs = new Trial("hangs", said);
      hangs.drain = limit -> simulation.sleep(Duration.ofHours(1));
      var node = simulation.call(() -> builder(simulation, "a", hangs).start());
      var begin = simulation.time();
      boolean drained = simulation.call(() -> node.drain(within(Duration.ofSeconds(10))));
      assertThat(drained).isFalse();
      assertThat(simulation.time().minus(begin))
          .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(11));
      simulation.run(node::close);
      assertThat(said).containsExactly("start hangs", "drain hangs", "close hangs");
    }
  }

  @Test
  void twoNodesKnowEachOtherAsTheyWereTold() {
    try (var simulation = Simulation.of(4)) {
      var a = simulation.call(() -> builder(simulation, "a").join("b:7400").start());
      var b = simulation.call(() -> builder(simulation, "b").join("a:7400").start());
      var toB = a.grid().connection("http://b:7400").orElseThrow();
      simulation.run(() -> toB.waitForConnect(within(Duration.ofSeconds(30))));
      assertThat(a.membership().view().members())
          .containsExactly(
              Member.alive(Address.of("a", 7400), a.incarnation()),
              Member.listed(Address.of("b", 7400)));
      assertThat(b.health().overall()).isEqualTo(Health.UP);
      simulation.run(a::close);
      simulation.run(b::close);
    }
  }

  @Test
  void aFabricHasAPlaceOfItsOwn() {
    try (var simulation = Simulation.of(5)) {
      var both = builder(simulation, "a").data(Path.of("data"));
      assertThatThrownBy(both::start)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("no folder beside a fabric");
    }
  }
}
