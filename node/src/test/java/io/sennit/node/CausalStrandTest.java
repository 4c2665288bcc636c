package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.causal.CausalGroup;
import io.sennit.causal.Group;
import io.sennit.causal.Octets;
import io.sennit.causal.Stamp;
import io.sennit.causal.Visibility;
import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.RejectedException;
import io.sennit.core.codec.Codec;
import io.sennit.node.causal.CausalStrand;
import io.sennit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups of three nodes over the grid's connections, in virtual time. */
@Timeout(60)
class CausalStrandTest {
  private static final Group<String> WORDS = Group.of("words", Codec.STRING);
  private static final List<String> PLACES = List.of("a", "b", "c");

  private final TreeMap<String, Node> nodes = new TreeMap<>();
  private final TreeMap<String, CausalGroup<String>> groups = new TreeMap<>();
  private final TreeMap<String, List<String>> heard = new TreeMap<>();

  private Node start(Simulation simulation, String place) {
    var others = PLACES.stream().filter(p -> !p.equals(place)).map(p -> p + ":7400").toList();
    return NodeConfig.of(new StrandCatalog(List.of(new GridStrand(), new CausalStrand())))
        .builder()
        .fabric(simulation.node(place))
        .key(ClusterKey.of(new byte[ClusterKey.SIZE]))
        .listen(Address.of(place, 7400))
        .peers(others)
        .start();
  }

  private void join(String place, Node node) {
    var words = new ArrayList<String>();
    heard.put(place, words);
    nodes.put(place, node);
    groups.put(
        place,
        node.causal()
            .join(
                WORDS,
                (word, stamp, writes) -> {
                  if (word.isEmpty()) {
                    throw new IllegalArgumentException("no word");
                  }
                  words.add(word);
                  writes.put(Octets.utf8("k" + words.size()), Octets.utf8(word).toBytes());
                }));
  }

  private CausalGroup<String> at(String place) {
    var group = groups.get(place);
    if (group == null) {
      throw new AssertionError("no " + place);
    }
    return group;
  }

  @Test
  void whatOneNodePublishesAllApply() {
    try (var simulation = Simulation.of(21)) {
      for (var place : PLACES) {
        join(place, simulation.call(() -> start(simulation, place)));
      }
      var everyone = at("a").members();
      assertThat(everyone).containsExactly("a:7400", "b:7400", "c:7400");
      var limit = within(Duration.ofSeconds(20));
      for (var word : List.of("one", "two")) {
        var stamp = simulation.call(() -> published(simulation, "a", word));
        var seen = simulation.call(() -> at("a").awaitVisible(stamp, everyone, limit));
        assertThat(seen).isInstanceOf(Visibility.Everywhere.class);
      }
      var poison = simulation.call(() -> published(simulation, "b", ""));
      simulation.call(() -> at("b").awaitVisible(poison, everyone, limit));
      var last = simulation.call(() -> published(simulation, "c", "three"));
      simulation.call(() -> at("c").awaitVisible(last, everyone, limit));
      assertThat(heard.values()).allMatch(words -> words.equals(List.of("one", "two", "three")));
      assertThat(groups.values()).allMatch(group -> group.deadLetters() == 1);
      var toA = node("b").grid().connection("http://a:7400").orElseThrow();
      var status = simulation.call(() -> Control.ask(toA, "causal", Map.of(), limit));
      var group = status.path("groups").path(0);
      assertThat(group.path("durable").asLong()).isEqualTo(4);
      assertThat(group.path("dead_letters").asLong()).isEqualTo(1);
      assertThat(group.path("members").size()).isEqualTo(2);
      assertThat(group.path("members").path(0).path("connected").asBoolean()).isTrue();
      assertThat(node("a").health().overall()).isEqualTo(Health.UP);
      nodes.values().forEach(node -> simulation.run(node::close));
    }
  }

  /** The store opens in the background: until then publishing is refused, and tried again. */
  private Stamp published(Simulation simulation, String place, String word)
      throws InterruptedException {
    while (true) {
      try {
        return at(place).publish(word);
      } catch (RejectedException e) {
        simulation.sleep(Duration.ofMillis(10));
      }
    }
  }

  private Node node(String place) {
    var node = nodes.get(place);
    if (node == null) {
      throw new AssertionError("no " + place);
    }
    return node;
  }

  @Test
  void aNodeWithoutAFolderRefusesToJoin() {
    try (var node =
        NodeConfig.of(new StrandCatalog(List.of(new GridStrand(), new CausalStrand())))
            .builder()
            .notRecorded()
            .start()) {
      assertThatThrownBy(() -> node.causal().join(WORDS, (_, _, _) -> {}))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("data");
      assertThat(node.health().overall()).isEqualTo(Health.UP);
    }
  }
}
