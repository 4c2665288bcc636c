package io.sennit.mesh;

import static io.sennit.core.Within.within;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.Deadline;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.death.DeathOracle;
import io.sennit.core.death.Evidence;
import io.sennit.core.death.Witness;
import io.sennit.core.spi.Membership.Presence;
import io.sennit.sim.Simulation;
import io.sennit.sim.Weather;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Meshes in a simulation: handlers, errors, members, deaths. */
class MeshSimTest {
  private static final ClusterKey KEY = ClusterKey.random();
  private static final int PORT = 7400;
  private static final int COMMAND = 10_001;

  private Simulation simulation = Simulation.of(9);
  private final Map<String, Mesh> meshes = new LinkedHashMap<>();
  private final List<String> departed = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    meshes.values().forEach(mesh -> simulation.run(mesh::close));
    assertThat(simulation.uncaught()).isEmpty();
    assertThat(simulation.outliving()).isEmpty();
    simulation.close();
  }

  private void weather(Weather.Builder weather) {
    simulation.close();
    simulation = Simulation.builder(9).weather(weather.build()).build();
  }

  private static Address at(String name) {
    return Address.of(name, PORT);
  }

  private MeshBuilder builder(String name, String... seeds) {
    return Mesh.builder(simulation.node(name))
        .bind(at(name))
        .key(KEY)
        .join(java.util.Arrays.stream(seeds).map(MeshSimTest::at).toList());
  }

  private Mesh mesh(String name, String... seeds) {
    return start(name, builder(name, seeds));
  }

  private Mesh start(String name, MeshBuilder builder) {
    var mesh = simulation.call(builder::start);
    meshes.put(name, mesh);
    var unused =
        mesh.watch(
            change -> {
              if (change instanceof MemberChange.Departed gone) {
                departed.add(name + ": " + gone.member().address() + ", " + gone.why());
              }
            });
    return mesh;
  }

  private void await(String what, Duration limit, BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, limit)).as(what + " within " + limit).isTrue();
  }

  private static Set<Address> view(Mesh mesh) {
    return mesh.nodes().stream().map(NodeEntry::address).collect(Collectors.toSet());
  }

  @Test
  @Row({"M-HandleRPC", "M-SendRPC", "M-SendRPCWithContext", "M-T7"})
  void remoteCallsAreAnsweredOrFailForTheirReason() {
    var a = mesh("a");
    var b = mesh("b");
    var cancelled = new CopyOnWriteArrayList<String>();
    assertThat(b.handleRpc(COMMAND, (data, sender) -> ("hi " + sender).getBytes())).isTrue();
    assertThat(b.handleRpc(COMMAND, (data, sender) -> data)).isFalse();
    b.handleRpc(
        COMMAND + 1,
        (data, sender) -> {
          throw new IllegalStateException("not today");
        });
    b.handleRpc(
        COMMAND + 2,
        (data, sender) -> {
          try {
            simulation.sleep(ofSeconds(60));
          } catch (InterruptedException e) {
            cancelled.add("interrupted");
            throw e;
          }
          return null;
        });
    b.handleRpc(COMMAND + 3, (data, sender) -> data);
    b.handleRpc(
        COMMAND + 4,
        (data, sender) ->
            new byte[] {(byte) (Deadline.current().orElseThrow().remainingNanos() / 100_000_000)});
    assertThat(new String(simulation.call(() -> a.sendRpc(COMMAND, at("b"), new byte[0]))))
        .isEqualTo("hi a:7400");
    var thrown =
        simulation.call(() -> catchThrowable(() -> a.sendRpc(COMMAND + 1, at("b"), new byte[0])));
    assertThat(thrown).isInstanceOf(RemoteException.class).hasMessageContaining("not today");
    assertThat(MeshErrors.isRequestError(thrown)).isTrue();
    assertThat(MeshErrors.isSendError(thrown)).isFalse();
    var unknown =
        simulation.call(() -> catchThrowable(() -> a.sendRpc(9_999, at("b"), new byte[0])));
    assertThat(unknown).isInstanceOf(RejectedException.class).hasMessageContaining("no handler");
    var begun = simulation.time();
    var late =
        simulation.call(() -> catchThrowable(() -> a.sendRpc(COMMAND + 2, at("b"), new byte[0])));
    assertThat(late).isInstanceOf(DeadlineExceededException.class);
    assertThat(MeshErrors.isRequestTimeoutError(late)).isTrue();
    assertThat(simulation.time().minus(begun)).isBetween(ofSeconds(3), ofMillis(3_100));
    await("the handler is told", ofSeconds(1), () -> cancelled.size() == 1);
    var future = a.sendRpcAsync(COMMAND + 2, at("b"), new byte[0], within(ofSeconds(30)));
    simulation.run(ofMillis(100));
    future.cancel(true);
    await("the handler is told", ofSeconds(1), () -> cancelled.size() == 2);
    var large = new byte[9_999_000];
    large[5_000_000] = 7;
    assertThat(simulation.call(() -> a.sendRpc(COMMAND + 3, at("b"), large, within(ofSeconds(20)))))
        .isEqualTo(large);
    byte[] left =
        simulation.call(() -> a.sendRpc(COMMAND + 4, at("b"), new byte[0], within(ofSeconds(2))));
    assertThat(left[0]).isBetween((byte) 18, (byte) 20);
    simulation.faults().kill("b");
    meshes.remove("b");
    var dead =
        simulation.call(
            () ->
                catchThrowable(
                    () -> a.sendRpc(COMMAND, at("b"), new byte[0], within(ofSeconds(9)))));
    assertThat(MeshErrors.isRequestError(dead)).isTrue();
    var fast =
        simulation.call(() -> catchThrowable(() -> a.sendRpc(COMMAND, at("b"), new byte[0])));
    assertThat(MeshErrors.isUnhealthyError(fast) || MeshErrors.isRequestError(fast)).isTrue();
  }

  @Test
  @Row({
    "M-HandleCommand",
    "M-SetCommandHandler",
    "M-Command",
    "M-Send",
    "M-SendRequest",
    "M-IsCommandDuplicate"
  })
  void commandsRunInTheirOrderAndRequestsGetTheLastAnswer() {
    var a = mesh("a");
    var b = mesh("b");
    var seen = new CopyOnWriteArrayList<Integer>();
    var raw = new CopyOnWriteArrayList<Address>();
    b.handleCommand(
        COMMAND,
        data -> {
          seen.add(MeshData.getInt32(data, "n"));
          return null;
        });
    b.setCommandHandler(
        COMMAND,
        (data, sender) -> {
          raw.add(sender);
          return MeshData.createReturnBytes(Map.of("first", true));
        });
    useDeprecated(b);
    assertThat(b.isCommandDuplicate(COMMAND)).isTrue();
    assertThat(b.isCommandDuplicate(COMMAND + 1)).isFalse();
    simulation.run(
        () -> {
          for (int i = 0; i < 200; i++) {
            a.send(COMMAND, at("b"), Map.of("n", i));
          }
        });
    await("all are handled", ofSeconds(5), () -> raw.size() == 200);
    assertThat(seen).isEqualTo(IntStream.range(0, 200).boxed().toList());
    assertThat(raw).containsOnly(at("a"));
    var answer = simulation.call(() -> a.request(COMMAND, at("b"), Map.of("n", 1)));
    assertThat(MeshData.getString(answer, "second")).isEqualTo("yes");
    var told = new CopyOnWriteArrayList<Object>();
    a.sendRequest(COMMAND, at("b"), new Question(7), (e, map) -> told.add(e == null ? map : e));
    await("the callback is called", ofSeconds(2), () -> told.size() == 1);
    assertThat(told.getFirst()).isInstanceOf(Map.class);
    a.sendRequest(COMMAND, at("b"), 17, (e, map) -> told.add(e == null ? map : e));
    await("the callback is called", ofSeconds(2), () -> told.size() == 2);
    assertThat(told.getLast()).isInstanceOf(RejectedException.class);
    // a mismatch that a handler lets pass is answered
    var wrong =
        simulation.call(
            () -> catchThrowable(() -> a.request(COMMAND, at("b"), Map.of("n", "text"))));
    assertThat(wrong).isInstanceOf(RemoteException.class).hasMessageContaining("'n'");
    assertThatThrownBy(() -> b.handleCommand(1020, data -> null)).hasMessageContaining("1020");
    // the own address needs no network
    var self = simulation.call(() -> b.request(COMMAND, at("b"), Map.of("n", 1)));
    assertThat(self).containsKey("second");
    var tooLong =
        simulation.call(() -> catchThrowable(() -> a.send(COMMAND, at("b"), new byte[10_000_001])));
    assertThat(MeshErrors.isSendError(tooLong)).isTrue();
  }

  private record Question(int n) {}

  @SuppressWarnings("deprecation")
  private static void useDeprecated(Mesh mesh) {
    mesh.command(COMMAND, data -> Map.of("second", "yes"));
  }

  @Test
  @Row({"M-USend", "M-ping"})
  void unreliableMessagesAndPings() {
    var a = mesh("a");
    var b = mesh("b");
    var got = new CopyOnWriteArrayList<Integer>();
    b.setCommandHandler(
        COMMAND,
        (data, sender) -> {
          got.add(data.length);
          return null;
        });
    Duration trip = simulation.call(() -> a.ping(at("b"), within(ofSeconds(3))));
    assertThat(trip).isBetween(Duration.ofNanos(1), ofSeconds(1));
    simulation.run(
        () -> {
          a.usend(COMMAND, at("b"), new byte[10]);
          a.usend(COMMAND, at("b"), new byte[80_000]);
        });
    await("both arrive", ofSeconds(2), () -> got.size() == 2);
    assertThat(got).containsExactlyInAnyOrder(10, 80_000);
    assertThatThrownBy(() -> a.usend(COMMAND, at("b"), new byte[90_000]))
        .isInstanceOf(RejectedException.class);
  }

  private List<Mesh> cluster(int nodes) {
    var all = new ArrayList<Mesh>();
    for (int i = 0; i < nodes; i++) {
      all.add(i == 0 ? mesh("n0") : mesh("n" + i, "n0"));
    }
    await(
        "all know all",
        ofSeconds(20),
        () -> all.stream().allMatch(mesh -> view(mesh).size() == nodes));
    return all;
  }

  @Test
  @Row({
    "M-join",
    "M-T13",
    "M-GetNodeAddresses",
    "M-GetNodeTypes",
    "M-SetStatus",
    "M-SetNodeValue",
    "M-SetNodeType"
  })
  void oneAddressIsEnoughToFindAllAndChangesAreKnownSoon() {
    var all = cluster(20);
    var first = all.getFirst();
    assertThat(first.addresses()).hasSize(20).isSortedAccordingTo((x, y) -> x.compareTo(y));
    assertThat(first.addresses(at("n0"))).hasSize(19);
    simulation.run(
        () -> {
          all.get(7).setStatus(NodeStatus.TAKEN);
          all.get(8).setType("game");
          all.get(8).setRole("UDP");
          all.get(8).setPublicAddress("game.example:9000");
          all.get(9).setValue("players", 17);
        });
    await(
        "changes are known",
        ofSeconds(3),
        () ->
            all.stream()
                .allMatch(
                    mesh ->
                        mesh.isTaken(at("n7"))
                            && mesh.addressesByType("game").equals(List.of(at("n8")))
                            && mesh.node(at("n9")).orElseThrow().values().containsKey("players")));
    assertThat(first.isOnline(at("n7"))).isTrue();
    assertThat(first.isOffline(at("unknown"))).isTrue();
    assertThat(first.types()).containsExactly("DGS", "game");
    assertThat(first.random("game")).contains(at("n8"));
    assertThat(first.sibling()).isPresent().isNotEqualTo(Optional.of(at("n0")));
    assertThat(first.node(Address.parse("game.example:9000")).orElseThrow().address())
        .isEqualTo(at("n8"));
    assertThat(first.membership().view().members()).hasSize(20);
    assertThat(departed).isEmpty();
  }

  @Test
  @Row({
    "M-SetEndPoint",
    "M-SetNodeRole",
    "M-GetMyEndPoint",
    "M-GetMyNodeEndPoint",
    "M-GetMyNodeType",
    "M-GetNodeType",
    "M-GetNodeRole",
    "M-GetMyNodeValue",
    "M-IsMyNodeOnline",
    "M-IsMyNodeOffline",
    "M-IsMyNodeTaken",
    "M-GetNode",
    "M-GetNodeByEndPoint",
    "M-GetNodeAddressesByRole",
    "M-GetNodeAddressesByType",
    "M-GetNodeEndPoint",
    "M-GetNodeMeshEndpoint",
    "M-GetNodeRoleByAddress",
    "M-GetNodeTypeByAddress",
    "M-GetNodeRoleByType",
    "M-GetNodeTypes",
    "M-GetNodeValue",
    "M-GetNodeValues",
    "M-GetNodesWithDifferentPublicAddr",
    "M-GetRandomNodeAddressByType",
    "M-GetSiblingNodeAddress",
    "M-IsNodeOnline",
    "M-IsNodeOffline",
    "M-IsNodeTaken",
    "M-roles"
  })
  void whatMembersSayOfThemselvesIsFoundByAddressTypeAndRole() {
    var a = start("a", builder("a").publicAddress("one.example:80").role(NodeRoles.HTTP));
    var b =
        start(
            "b",
            builder("b", "a")
                .publicAddress("two.example:90")
                .role(NodeRoles.UDP)
                .type("game")
                .zone("z1"));
    await("both are there", ofSeconds(10), () -> view(a).size() == 2 && view(b).size() == 2);
    assertThat(a.address()).isEqualTo(at("a"));
    assertThat(a.publicAddress()).isEqualTo("one.example:80");
    assertThat(a.role()).isEqualTo("HTTP");
    assertThat(a.type()).isEqualTo("HTTP");
    assertThat(a.isOnline()).isTrue();
    assertThat(a.isOffline()).isFalse();
    assertThat(a.isTaken()).isFalse();
    assertThat(a.node(at("b")).orElseThrow().zone()).isEqualTo("z1");
    assertThat(a.node(Address.parse("two.example:90")).orElseThrow().address()).isEqualTo(at("b"));
    assertThat(a.node(at("nobody"))).isEmpty();
    assertThat(a.addressesByRole("UDP")).containsExactly(at("b"));
    assertThat(a.publicAddress(at("b"))).isEqualTo("two.example:90");
    assertThat(a.publicAddress(at("nobody"))).isEmpty();
    assertThat(a.meshAddress("two.example:90")).contains(at("b"));
    assertThat(a.meshAddress("nobody:1")).isEmpty();
    assertThat(a.role(at("b"))).isEqualTo("UDP");
    assertThat(a.type(at("b"))).isEqualTo("game");
    assertThat(a.role(at("nobody")) + a.type(at("nobody"))).isEmpty();
    assertThat(a.roleByType("game")).isEqualTo("UDP");
    assertThat(a.roleByType("TCP")).isEqualTo("TCP");
    assertThat(a.roleByType("nothing")).isEmpty();
    assertThat(a.nodesWithDifferentPublicAddress()).containsExactly(at("b"));
    simulation.run(
        () -> {
          b.setValue("k", 5L);
          b.setStatus(NodeStatus.OFFLINE);
        });
    await("it is known", ofSeconds(3), () -> a.value(at("b"), "k").isPresent());
    await("it is known", ofSeconds(3), () -> a.isOffline(at("b")));
    assertThat(a.values(at("b"))).isEqualTo(Map.of("k", 5L));
    assertThat(b.value("k")).contains(5L);
    assertThat(b.isOffline()).isTrue();
    assertThat(a.addressesByType("game")).containsExactly(at("b"));
    assertThat(a.random("game")).isEmpty();
    assertThat(a.sibling()).isEmpty();
    simulation.run(() -> b.setPublicAddress("three.example:90"));
    await("it is known", ofSeconds(3), () -> a.publicAddress(at("b")).equals("three.example:90"));
    assertThat(List.of(NodeRoles.DGS, NodeRoles.HTTP, NodeRoles.TCP, NodeRoles.UDP))
        .containsExactly("DGS", "HTTP", "TCP", "UDP");
  }

  /** A guest sends and is answered, and nobody lists it. */
  @Test
  @Row("M-Guest")
  void aGuestIsNoMember() {
    var a = mesh("a");
    var guest = start("g", builder("g", "a").guest());
    a.handleRpc(COMMAND, (data, sender) -> data);
    guest.handleRpc(COMMAND, (data, sender) -> new byte[] {7});
    assertThat(simulation.call(() -> guest.sendRpc(COMMAND, at("a"), new byte[] {1})))
        .containsExactly(1);
    assertThat(simulation.call(() -> a.sendRpc(COMMAND, at("g"), new byte[] {1})))
        .containsExactly(7);
    await("it sees who is there", ofSeconds(5), () -> view(guest).contains(at("a")));
    simulation.run(ofSeconds(30));
    assertThat(view(a)).containsExactly(at("a"));
    assertThat(departed).isEmpty();
  }

  @Test
  @Row({"M-death", "M-leave"})
  void aDeathIsKnownEverywhereWithinSecondsAndAGoodbyeAtOnce() {
    var all = cluster(20);
    simulation.faults().kill("n7");
    meshes.remove("n7");
    var killed = simulation.time();
    var left = all.stream().filter(mesh -> mesh != all.get(7)).toList();
    await(
        "the death is known",
        ofSeconds(20),
        () -> left.stream().noneMatch(mesh -> view(mesh).contains(at("n7"))));
    System.out.println(
        "a death known to 20 nodes after " + simulation.time().minus(killed).toMillis() + " ms");
    assertThat(simulation.time().minus(killed)).isLessThan(ofSeconds(15));
    meshes.remove("n8");
    simulation.run(all.get(8)::close);
    await(
        "the goodbye is known",
        ofSeconds(2),
        () ->
            left.stream()
                .filter(mesh -> mesh != all.get(8))
                .noneMatch(mesh -> view(mesh).contains(at("n8"))));
    assertThat(departed).allMatch(line -> line.contains(": n7:") || line.contains(": n8:"));
  }

  /** Partitions that were cut longer than tombstones last find each other by themselves. */
  @Test
  @Row("M-reunion")
  void healedPartitionsMerge() {
    var all = cluster(6);
    var cut = simulation.faults().partition(Set.of("n0", "n1", "n2"), Set.of("n3", "n4", "n5"));
    await(
        "each side sees itself",
        ofSeconds(60),
        () -> all.stream().allMatch(mesh -> view(mesh).size() == 3));
    simulation.run(Duration.ofMinutes(10));
    cut.heal();
    await(
        "one view again",
        ofSeconds(60),
        () -> all.stream().allMatch(mesh -> view(mesh).size() == 6));
  }

  @Test
  @Row("M-T14")
  void heavyLossKillsNobody() {
    weather(new Weather.Builder().latency(250, 500).packets(0.3, 0.02, 0.05));
    var all = cluster(12);
    simulation.run(Duration.ofMinutes(5));
    assertThat(departed).isEmpty();
    assertThat(all).allMatch(mesh -> view(mesh).size() == 12);
  }

  /** A node that is slow itself doubts itself before it accuses others. */
  @Test
  @Row("M-slow-node")
  void aPausedNodeComesBackByItself() {
    var all = cluster(8);
    var pause = simulation.faults().pause("n3");
    simulation.run(ofSeconds(30));
    pause.heal();
    await("it is back", ofSeconds(30), () -> all.stream().allMatch(mesh -> view(mesh).size() == 8));
    assertThat(departed).allMatch(line -> line.contains(": n3:") || line.startsWith("n3:"));
  }

  @Test
  @Row("M-restart")
  void aRestartedProcessReplacesTheOneBefore() {
    var all = cluster(5);
    var before = all.get(3).incarnation();
    simulation.faults().kill("n3");
    simulation.run(ofMillis(500));
    simulation.faults().restart("n3");
    var next = mesh("n3", "n0");
    assertThat(next.incarnation()).isNotEqualTo(before);
    await(
        "the next life is known",
        ofSeconds(10),
        () ->
            meshes.values().stream()
                .allMatch(
                    mesh ->
                        mesh.node(at("n3"))
                            .map(node -> node.incarnation().equals(next.incarnation()))
                            .orElse(false)));
  }

  /** What the oracle knows ends a membership at once; what the mesh sees reaches the oracle. */
  @Test
  @Row("M-oracle")
  void evidenceGoesBothWays() {
    var oracle = new DeathOracle();
    mesh("b");
    var a = start("a", builder("a", "b").oracle(oracle));
    var c = mesh("c", "b");
    await("all know all", ofSeconds(10), () -> view(a).size() == 3);
    var life = c.incarnation();
    simulation.faults().kill("c");
    meshes.remove("c");
    oracle.report(
        new Evidence(
            at("c"),
            Optional.of(life),
            Evidence.Kind.EXIT_SEEN,
            new Witness(at("a"), "launcher"),
            java.time.Instant.EPOCH,
            "exit code 137"));
    await("at once", ofMillis(100), () -> view(a).size() == 2);
    var pause = simulation.faults().pause("b");
    await(
        "doubt is reported",
        ofSeconds(10),
        () -> oracle.verdict(at("b")).toString().contains("suspected"));
    assertThat(a.node(at("b")).map(NodeEntry::presence)).contains(Presence.SUSPECT);
    pause.heal();
  }

  /** The place that others join by may go; nobody minds, and newcomers find it again. */
  @Test
  @Row("M-directory")
  void aDirectoryMayGoAndComeBackEmpty() {
    start("d", builder("d").directory());
    var a = mesh("a", "d");
    var b = mesh("b", "d");
    await("both are there", ofSeconds(10), () -> view(a).size() == 2 && view(b).size() == 2);
    assertThat(view(a)).doesNotContain(at("d"));
    simulation.faults().kill("d");
    simulation.run(ofSeconds(60));
    assertThat(view(a)).hasSize(2);
    simulation.faults().restart("d");
    start("d", builder("d").directory());
    var c = mesh("c", "d");
    await("all three", ofSeconds(40), () -> view(a).size() == 3 && view(c).size() == 3);
    assertThat(departed).isEmpty();
  }
}
