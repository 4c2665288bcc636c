package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.sennit.core.ClusterKey;
import io.sennit.core.Incarnation;
import io.sennit.core.RejectedException;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who dials whom, whose life and whose key opens the door. */
abstract class DoorScenarioTest extends DoorTests {
  // --- who dials

  @Test
  @Row("G-ties")
  void whicheverSideListsTheOtherDials() {
    place.run(
        () -> {
          for (int i = 0; i < 6; i += 2) { // whomever the dial rule names
            var a = node(i);
            var b = node(i + 1);
            a.add(b.hostName()).waitForConnect(SOON);
            place.until("let in", () -> b.connection(a.hostName()).isPresent());
            assertThat(text(b.connection(a.hostName()).orElseThrow().call(ECHO, bytes("x"), SOON)))
                .isEqualTo("x");
            place.pass(Duration.ofSeconds(1));
            assertThat(connects(a)).isOne();
          }
        });
  }

  @Test
  @Row("G-ties")
  void aMeshInWhichAllListAllHasOneConnectionForEachPair() {
    place.run(
        () -> {
          for (int i = 0; i < 4; i++) {
            node(i, ManagerBuilder::gated);
          }
          for (var one : place.managers) {
            for (var other : place.managers) {
              if (one != other) {
                one.add(other.hostName());
              }
            }
          }
          place.managers.forEach(Manager::openGate);
          place.awaitMesh();
          for (var one : place.managers) {
            place.until(
                "one connection a pair",
                () -> one.engine().remotes().stream().allMatch(r -> r.openChannels().size() == 1));
            for (var to : one.connections()) {
              assertThat(text(to.call(ECHO, bytes("x")))).isEqualTo("x");
            }
          }
        });
  }

  // --- lives

  @Test
  @Row("G-incarnation")
  void anOlderLifeIsRefusedByNameAndANewerOneTakesOver() {
    place.run(
        () -> {
          var a = node(0);
          var name = scheme() + "127.0.0.1:9";
          UnaryOperator<ManagerBuilder> named = b -> b.local(name);
          var second = node(1, b -> named.apply(b).incarnation(new Incarnation(2000, 1)));
          second.add(a.hostName()).waitForConnect(SOON);
          var first = node(2, b -> named.apply(b).incarnation(new Incarnation(1000, 9)));
          var refused = first.add(a.hostName());
          place.until("refused", () -> refused.lastError().isPresent());
          assertThat(refused.lastError().orElseThrow())
              .isInstanceOf(RejectedException.class)
              .hasMessageContaining("an older incarnation of " + name);
          var seen = a.connection(name).orElseThrow();
          assertThat(seen.stats().connects()).isOne();
          var third = node(3, b -> named.apply(b).incarnation(new Incarnation(3000, 0)));
          third.add(a.hostName()).waitForConnect(SOON);
          place.until("the new life", () -> seen.stats().connects() == 2);
          // the life before it is over: it is told so when it tries again
          var late = second.connection(a.hostName()).orElseThrow();
          place.until(
              "refused",
              () -> late.lastError().filter(RejectedException.class::isInstance).isPresent());
        });
  }

  // --- keys

  @Test
  @Row({"G-cluster-key", "G-proof"})
  void anotherKeyOpensNothing() {
    place.run(
        () -> {
          var a = node(0);
          var b = node(1, x -> x.key(ClusterKey.random()));
          var way = b.add(a.hostName());
          place.until("refused", () -> way.lastError().isPresent());
          assertThat(way.lastError().orElseThrow()).isInstanceOf(RejectedException.class);
          assertThat(a.connection(b.hostName())).isEmpty();
          assertThat(a.refusals()).isPositive();
        });
  }

  @Test
  @Row("G-key-rotation")
  void keysAreChangedOneNodeAfterTheOther() {
    place.run(
        () -> {
          var fresh = ClusterKey.random();
          List<UnaryOperator<ManagerBuilder>> stages =
              List.of(
                  b -> b.key(key),
                  b -> b.key(key, fresh),
                  b -> b.key(fresh, key),
                  b -> b.key(fresh));
          int node = 0;
          for (int stage = 0; stage + 1 < stages.size(); stage++) {
            // three nodes, of which one or two are a stage further
            var three = new ArrayList<Manager>();
            for (int i = 0; i < 3; i++) {
              three.add(node(node++, stages.get(stage + (i + stage) % 2)));
            }
            for (var from : three) {
              for (var to : three) {
                if (from != to) {
                  var way = from.learn(to.hostName());
                  assertThat(text(way.call(ECHO, bytes("x"), SOON))).isEqualTo("x");
                }
              }
            }
          }
        });
  }
}
