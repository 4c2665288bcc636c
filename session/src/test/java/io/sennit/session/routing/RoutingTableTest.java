package io.sennit.session.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.session.OverlayAddress;
import io.sennit.session.wire.RoutingHandshake;
import io.sennit.testkit.Row;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tree: its shapes, its splits and its repairs. */
class RoutingTableTest {
  private static OverlayAddress node(int i) {
    return OverlayAddress.of("h:" + i);
  }

  private static List<OverlayAddress> nodes(int n) {
    return IntStream.rangeClosed(1, n).mapToObj(RoutingTableTest::node).toList();
  }

  private static RoutingTable table(int height, int fanOut, int n) {
    return new TreeRouter(height, fanOut).root(nodes(n), node(0));
  }

  private static List<Integer> shape(RoutingTable table, int n) {
    nodes(n).forEach(table::route);
    return table.branches().stream().map(b -> table.behind(b).size()).toList();
  }

  @Test
  @Row({"SE-router-new", "SE-tree-shape"})
  void shapesOfTheOriginal() {
    assertThat(shape(table(3, 5, 5), 5)).containsExactly(0, 0, 0, 0, 0);
    assertThat(shape(table(3, 5, 6), 6)).containsExactly(1, 0, 0, 0, 0);
    assertThat(shape(table(3, 5, 20), 20)).containsExactly(3, 3, 3, 3, 3);
    assertThat(shape(table(3, 5, 31), 31)).containsExactly(6, 5, 5, 5, 5);
    assertThat(shape(table(2, 5, 6), 6)).containsExactly(1, 0, 0, 0, 0);
  }

  /** (sessions 4.2) The original takes a root in floating point, and nests a node of these. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8, 16, 18, 19, 20, 25, 28, 35, 37, 38, 39, 44, 45, 47, 48, 49, 300})
  @Row({"SE-tree-integer-root", "SE-tree-flat"})
  void flatIsFlatForEveryNumber(int n) {
    assertThat(shape(table(1, 5, n), n)).hasSize(n).containsOnly(0);
    assertThat(table(1, 5, n).handshakeFor(node(1)).height()).isZero();
  }

  @Test
  @Row("SE-tree-integer-root")
  void theDegreeIsTheLeastThatCovers() {
    for (int height = 2; height <= 6; height++) {
      for (int n = 1; n <= 1_000; n++) {
        int degree = TreeRouter.degree(height, 1, n);
        assertThat(power(degree, height)).isGreaterThanOrEqualTo(n);
        assertThat(degree == 1 || power(degree - 1, height) < n).isTrue();
      }
    }
    assertThat(TreeRouter.degree(3, 5, 125)).isEqualTo(5);
    assertThat(TreeRouter.degree(3, 5, 126)).isEqualTo(6);
    assertThat(TreeRouter.degree(32, 1, Integer.MAX_VALUE)).isEqualTo(2);
  }

  private static long power(long base, int exponent) {
    long product = 1;
    for (int i = 0; i < exponent; i++) {
      product *= base;
    }
    return product;
  }

  /** Every node of a tree is reached once, through hops that know it, within the height. */
  @Test
  @Row({"SE-tree-search", "SE-router-generatetablefrom"})
  void everyNodeIsReachedWithinTheHeight() {
    var random = new SplittableRandom(9);
    for (int round = 0; round < 60; round++) {
      int height = 1 + random.nextInt(6);
      var router = new TreeRouter(height, 2 + random.nextInt(5));
      int n = 1 + random.nextInt(300);
      var reached = new ArrayList<OverlayAddress>();
      int deepest = walk(router, router.root(nodes(n), node(0)), reached);
      assertThat(new LinkedHashSet<>(reached)).hasSameSizeAs(reached).hasSize(n);
      assertThat(deepest).isLessThanOrEqualTo(height);
    }
  }

  private static int walk(TreeRouter router, RoutingTable table, List<OverlayAddress> reached) {
    int deepest = 0;
    for (var next : List.copyOf(table.expected())) {
      table.route(next);
    }
    for (var branch : table.branches()) {
      reached.add(branch);
      var below = router.from(table.handshakeFor(branch));
      deepest = Math.max(deepest, 1 + walk(router, below, reached));
    }
    return deepest;
  }

  @Test
  @Row({"SE-table-forward", "SE-table-make"})
  void aPacketIsSplitByHop() {
    var table = table(3, 5, 20);
    var stranger = OverlayAddress.of("x:1").asInitiator();
    var all = new ArrayList<>(nodes(20));
    all.add(stranger);
    all.add(node(3));
    var packet = table.make(node(0), all, new byte[] {7});
    assertThat(packet.destinations()).hasSize(21);
    var routes = table.forward(packet);
    assertThat(routes.down()).hasSize(5);
    assertThat(routes.voids()).isEmpty();
    assertThat(routes.up().orElseThrow().destinations()).containsExactly(stranger);
    assertThat(routes.down().values().stream().mapToInt(p -> p.destinations().size()).sum())
        .isEqualTo(20);
    routes
        .down()
        .forEach((hop, part) -> assertThat(part.destinations()).startsWith(hop).hasSize(4));
    var gone = node(20);
    table.onFailure(gone);
    var again = table.forward(packet);
    assertThat(again.voids()).containsEntry(gone, "address is unreachable");
  }

  @Test
  @Row("SE-table-preparehandshakefor")
  void aHopIsToldItsPlace() {
    var table = table(3, 5, 20);
    table.route(node(1));
    assertThat(table.handshakeFor(node(1)))
        .isEqualTo(new RoutingHandshake(2, List.of(node(2), node(3), node(4))));
    assertThat(table.handshakeFor(node(9)).addresses()).isEmpty();
    var leaf = TreeRouter.DEFAULT.from(new RoutingHandshake(0, List.of()));
    assertThat(leaf.handshakeFor(node(1)).height()).as("never below 0").isZero();
  }

  @Test
  @Row("SE-table-onfailure")
  void theFirstBehindAFailedBranchTakesItsPlace() {
    var table = table(3, 5, 20);
    table.route(node(1));
    assertThat(table.onFailure(node(1))).contains(node(2));
    assertThat(table.branches()).containsExactly(node(2));
    assertThat(table.behind(node(2))).containsExactly(node(3), node(4));
    assertThat(table.route(node(1))).isEqualTo(new Route.Unreachable("address is unreachable"));
    assertThat(table.route(node(3))).isEqualTo(new Route.Down(node(2)));
    assertThat(table.onFailure(node(3))).isEmpty();
    assertThat(table.behind(node(2))).containsExactly(node(4));
    assertThat(table.onFailure(node(2))).contains(node(4));
    assertThat(table.onFailure(node(4))).isEmpty();
    assertThat(table.branches()).isEmpty();
    assertThat(table.onFailure(OverlayAddress.of("x:1"))).isEmpty();
    assertThat(table.route(OverlayAddress.of("x:1"))).isEqualTo(new Route.Up());
  }

  /**
   * (sessions 10.1.9) The original's flat table keeps a failed address, so that the relay is opened
   * and the handler started again with every packet.
   */
  @Test
  @Row({"SE-tree-flat", "SE-10.1.9"})
  void aFlatTableTakesNoteOfAFailure() {
    var table = table(1, 5, 3);
    table.route(node(1));
    table.onFailure(node(1));
    assertThat(table.route(node(1))).isInstanceOf(Route.Unreachable.class);
    table.onFailure(node(2));
    assertThat(table.expected()).containsExactly(node(3));
  }

  /** (sessions weakness 9) An address that failed never comes back in the original's table. */
  @Test
  @Row("SE-W9")
  void aFailedAddressMayComeBackAndIsNotPromotedMeanwhile() {
    var table = table(3, 5, 20);
    table.route(node(1));
    table.onFailure(node(2));
    assertThat(table.onFailure(node(1))).contains(node(3));
    assertThat(table.forgive(node(7))).isFalse();
    assertThat(table.forgive(node(2))).isTrue();
    assertThat(table.offline()).containsExactly(node(1));
    assertThat(table.route(node(2))).isEqualTo(new Route.Down(node(2)));
  }

  @Test
  @Row("SE-table-expect")
  void moreNodesMayComeBelow() {
    var table = table(2, 2, 2);
    nodes(2).forEach(table::route);
    table.onFailure(node(2));
    table.expect(List.of(node(1), node(2), node(3), node(4)), 5);
    assertThat(table.height()).isEqualTo(5);
    assertThat(table.expected()).containsExactly(node(2), node(3), node(4));
    assertThat(table.offline()).isEmpty();
    assertThat(table.branches()).containsExactly(node(1));
    for (int i = 2; i <= 4; i++) {
      assertThat(table.route(node(i))).isInstanceOf(Route.Down.class);
    }
  }

  /** Whatever fails in whatever order: everybody else stays reachable, and nobody twice. */
  @Test
  @Row("SE-table-onfailure")
  void whoHasNotFailedIsAlwaysReachable() {
    var random = new SplittableRandom(11);
    for (int round = 0; round < 200; round++) {
      int n = 1 + random.nextInt(60);
      var table = table(1 + random.nextInt(5), 1 + random.nextInt(5), n);
      var failed = new LinkedHashSet<OverlayAddress>();
      for (int step = 0; step < 3 * n; step++) {
        var address = node(1 + random.nextInt(n));
        switch (random.nextInt(4)) {
          case 0 -> {
            table.onFailure(address);
            failed.add(address);
          }
          case 1 -> {
            if (table.forgive(address)) {
              failed.remove(address);
            }
          }
          default -> {
            var route = table.route(address);
            assertThat(route instanceof Route.Unreachable).isEqualTo(failed.contains(address));
            if (route instanceof Route.Down(var hop)) {
              assertThat(failed).doesNotContain(hop);
            }
          }
        }
      }
      var all = new ArrayList<>(table.expected());
      table.branches().forEach(b -> all.add(b));
      table.branches().forEach(b -> all.addAll(table.behind(b)));
      all.addAll(table.offline());
      assertThat(new LinkedHashSet<>(all)).hasSameSizeAs(all).hasSize(n);
    }
  }

  @Test
  @Row("SE-router-initiator")
  void anInitiatorSendsEverythingUp() {
    var table = TreeRouter.DEFAULT.initiator();
    assertThat(table.route(node(1))).isEqualTo(new Route.Up());
    assertThat(TreeRouter.FLAT.root(nodes(3), node(2)).expected())
        .containsExactly(node(1), node(3));
    assertThatThrownBy(() -> new TreeRouter(0, 5)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new TreeRouter(1, 0)).isInstanceOf(ConfigException.class);
  }
}
