package io.sennit.session.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.routing.TreeRouter;
import io.sennit.session.wire.SessionFrame;
import io.sennit.session.wire.SessionFrames;
import io.sennit.session.wire.SessionFraming;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One thing at a time, in virtual time and calm weather. */
class SessionScenarioTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final TreeRouter BINARY = new TreeRouter(4, 2);

  private final Simulation simulation = Simulation.of(3);
  private final Judge judge = new Judge();
  private final List<Long> order = new ArrayList<>();

  @AfterEach
  void end() {
    simulation.close();
  }

  private Cluster cluster(int nodes) {
    return cluster(nodes, SessionSettings.defaults());
  }

  private Cluster cluster(int nodes, SessionSettings settings) {
    return new Cluster(
        simulation,
        judge,
        nodes,
        settings,
        (session, _, message) -> {
          order.add(Judge.number(message));
          return true;
        });
  }

  private static List<OverlayAddress> players(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Cluster::player).toList();
  }

  private List<Judge.Entry> send(Cluster cluster, Session session, List<OverlayAddress> to) {
    var entries = new ArrayList<Judge.Entry>();
    cluster.on("n0", () -> entries.addAll(cluster.send("n0", session, to, SOON)));
    return entries;
  }

  private void await(List<Judge.Entry> entries) {
    assertThat(simulation.runUntil(() -> entries.stream().allMatch(e -> e.fate != null), LONG))
        .as("all are answered")
        .isTrue();
  }

  private void delivered(List<Judge.Entry> entries) {
    await(entries);
    assertThat(entries).extracting(e -> e.fate).containsOnly(SendFate.DELIVERED);
  }

  private void close(Cluster cluster, Session session) {
    cluster.on("n0", () -> session.end(SessionReason.CLOSED, "done"));
    cluster.requireRest(LONG);
  }

  @Test
  @Row({"SE-newsession", "SE-session-send", "SE-relay-send", "SE-session-close", "SE-W17"})
  void aMessageReachesAllThroughTheTree() {
    var cluster = cluster(16);
    var told = cluster.told();
    var session = cluster.open(cluster.addresses.subList(1, 16), BINARY, LONG, told);
    delivered(send(cluster, session, players(1, 15)));
    assertThat(judge.counted("handlers")).isEqualTo(15);
    var below = session.neighbours();
    assertThat(below).as("the initiator has one relay").hasSize(1);
    var root = cluster.engine("n1");
    assertThat(root.sessions().getFirst().neighbours()).hasSize(1 + 2);
    assertThat(root.sessions().getFirst().parents()).isEqualTo(1);
    cluster.on("n0", () -> session.end(SessionReason.CLOSED, "done"));
    simulation.run(Duration.ofMillis(100));
    assertThat(judge.counted("ended CLOSED")).as("all are told").isEqualTo(15);
    assertThat(told.over).isEqualTo(SessionReason.CLOSED);
    assertThat(root.insides().relays()).isZero();
    assertThat(root.insides().lines()).as("connections are kept for a while").isPositive();
    cluster.requireRest(LONG);
  }

  /** (sessions weakness 12) Messages to one destination keep their order. */
  @Test
  @Row({"SE-W12", "SE-session-recv"})
  void messagesToOneDestinationKeepTheirOrder() {
    var cluster = cluster(6);
    var session = cluster.open(cluster.addresses.subList(1, 6), BINARY, LONG, cluster.told());
    var all = new ArrayList<Judge.Entry>();
    cluster.on(
        "n0",
        () -> {
          for (int i = 0; i < 200; i++) {
            all.addAll(cluster.send("n0", session, players(5, 5), SOON));
          }
        });
    delivered(all);
    assertThat(order).hasSize(200).isSorted();
    close(cluster, session);
  }

  /**
   * (sessions 10.1.1) In the original a message to an unknown address goes round for ever, and its
   * sender is told that it was delivered.
   */
  @Test
  @Row("SE-10.1.1")
  void unknownDestinationsDoNotGoRound() {
    var cluster = cluster(4);
    var session = cluster.open(cluster.addresses.subList(1, 4), BINARY, LONG, cluster.told());
    var stranger = OverlayAddress.of("n9:7000");
    var mine = send(cluster, session, List.of(stranger));
    await(mine);
    assertThat(mine.getFirst().reason).isEqualTo(SessionReason.NO_ROUTE);
    delivered(send(cluster, session, players(3, 3)));
    var theirs = new ArrayList<Judge.Entry>();
    cluster.on(
        "n3",
        () -> {
          var player = cluster.engine("n3").sessions().getFirst();
          // the initiator as a player, which it is not
          theirs.addAll(cluster.send("n3", player, List.of(stranger, Cluster.player(0)), SOON));
        });
    await(theirs);
    assertThat(theirs).extracting(e -> e.reason).containsOnly(SessionReason.NO_ROUTE);
    assertThat(theirs).extracting(e -> e.fate).containsOnly(SendFate.FAILED);
    close(cluster, session);
  }

  /**
   * (sessions weaknesses 1 and 2) The original sets relays up one after the other and waits for
   * each without a limit.
   */
  @Test
  @Row({"SE-W1", "SE-W2"})
  void oneBlackHoleHoldsUpNobodyElse() {
    var cluster = cluster(52);
    simulation.faults().cut("n1", "n7");
    var session =
        cluster.open(cluster.addresses.subList(1, 52), TreeRouter.FLAT, LONG, cluster.told());
    var before = simulation.time();
    var all = send(cluster, session, players(1, 51));
    simulation.runUntil(
        () -> all.stream().filter(e -> e.fate == SendFate.DELIVERED).count() == 50, SOON);
    assertThat(simulation.time().minus(before)).isLessThan(Duration.ofMillis(300));
    await(all);
    assertThat(simulation.time().minus(before)).isLessThan(Duration.ofMillis(1_300));
    assertThat(all.get(6).fate).isEqualTo(SendFate.FAILED);
    assertThat(all.get(6).reason).isEqualTo(SessionReason.UNREACHABLE);
    close(cluster, session);
  }

  /**
   * (sessions weakness 10, 10.1.2) The original names only the hop that failed, and may return more
   * errors than there were destinations.
   */
  @Test
  @Row({"SE-W10", "SE-10.1.2"})
  void oneAnswerForEachDestination() {
    var cluster = cluster(8);
    for (int dead : new int[] {2, 4, 5}) {
      simulation.faults().killForEver("n" + dead);
    }
    var told = cluster.told();
    var session = cluster.open(cluster.addresses.subList(1, 8), BINARY, LONG, told);
    var all = send(cluster, session, players(1, 7)); // the judge fails what is decided twice
    await(all);
    for (int i = 0; i < 7; i++) {
      boolean dead = i == 1 || i == 3 || i == 4;
      assertThat(all.get(i).fate).isEqualTo(dead ? SendFate.FAILED : SendFate.DELIVERED);
      assertThat(all.get(i).reason).isEqualTo(dead ? SessionReason.UNREACHABLE : SessionReason.OK);
    }
    assertThat(told.news).hasSize(3);
    close(cluster, session);
  }

  /** (sessions weakness 6) The original's initiator is not told that the root is gone. */
  @Test
  @Row("SE-W6")
  void theRootMayDie() {
    var cluster = cluster(10);
    var told = cluster.told();
    var session = cluster.open(cluster.addresses.subList(1, 10), BINARY, LONG, told);
    delivered(send(cluster, session, players(1, 9)));
    simulation.faults().killForEver("n1");
    cluster.engines.remove("n1");
    var before = simulation.time();
    simulation.runUntil(() -> told.news.containsKey(Cluster.player(1)), SOON);
    assertThat(simulation.time().minus(before)).isLessThan(Duration.ofMillis(500));
    delivered(send(cluster, session, players(2, 9)));
    assertThat(judge.counted("handlers")).as("no handler began again").isEqualTo(9);
    close(cluster, session);
    assertThat(told.over).isEqualTo(SessionReason.CLOSED);
    assertThat(told.overText).isEqualTo("done");
  }

  /** (sessions weakness 9) The original learns of a broken node by the next message only. */
  @Test
  @Row("SE-W9")
  void aNodeThatStandsStillIsLeftOutAndComesBack() {
    var cluster = cluster(10);
    var told = cluster.told();
    var session = cluster.open(cluster.addresses.subList(1, 10), BINARY, LONG, told);
    delivered(send(cluster, session, players(1, 9)));
    var still = simulation.faults().pause("n2");
    var before = simulation.time();
    simulation.runUntil(() -> told.news.containsKey(Cluster.player(2)), SOON);
    assertThat(simulation.time().minus(before)).isLessThan(Duration.ofMillis(2_100));
    delivered(send(cluster, session, List.of(Cluster.player(3), Cluster.player(9))));
    still.heal();
    simulation.runUntil(
        () -> told.news.get(Cluster.player(2)) == SessionReason.OK, Duration.ofSeconds(10));
    delivered(send(cluster, session, players(1, 9)));
    assertThat(judge.counted("handlers")).isEqualTo(9);
    close(cluster, session);
  }

  /** (sessions weakness 8) The end of an old relay does not take away its successor. */
  @Test
  @Row({"SE-W8", "SE-session-listen", "SE-session-getnumparents"})
  void aParentThatComesBackStays() {
    var cluster = cluster(3);
    var session = cluster.open(cluster.addresses.subList(1, 3), BINARY, LONG, cluster.told());
    delivered(send(cluster, session, players(1, 2)));
    for (int i = 0; i < 3; i++) {
      assertThat(simulation.faults().resetLinks("n1", "n2")).isPositive();
      simulation.run(Duration.ofSeconds(3));
      var child = cluster.engine("n2").sessions().getFirst();
      assertThat(child.parents()).isEqualTo(1);
      delivered(send(cluster, session, players(2, 2)));
    }
    assertThat(judge.counted("handlers")).isEqualTo(2);
    close(cluster, session);
  }

  @Test
  @Row({"SE-T-deadline", "SE-W1"})
  void theTimeOfASessionGoesDownTheTree() {
    var cluster = cluster(9);
    var told = cluster.told();
    var session =
        cluster.open(cluster.addresses.subList(1, 9), BINARY, Duration.ofSeconds(3), told);
    delivered(send(cluster, session, players(1, 8)));
    simulation.run(Duration.ofSeconds(4));
    assertThat(told.over).isEqualTo(SessionReason.DEADLINE);
    assertThat(judge.counted("ended DEADLINE")).isEqualTo(8);
    cluster.requireRest(LONG);
  }

  @Test
  @Row("SE-T-orphan")
  void playersEndWhenTheirInitiatorIsGone() {
    var cluster = cluster(9);
    var session = cluster.open(cluster.addresses.subList(1, 9), BINARY, LONG, cluster.told());
    delivered(send(cluster, session, players(1, 8)));
    simulation.faults().killForEver("n0");
    cluster.engines.remove("n0");
    cluster.requireRest(LONG);
    assertThat(judge.counted("ended ORPHANED")).isEqualTo(8);
  }

  /**
   * (sessions weakness 20, 10.1.3) At the original opening to a node without the RPC succeeds, and
   * a relay that could not be set up leaves a session behind.
   */
  @Test
  @Row({"SE-W20", "SE-10.1.3"})
  void anUnknownRpcIsAnErrorAndLeavesNothing() {
    var cluster = cluster(4);
    var told = cluster.told();
    var opened = new Session[1];
    cluster.on(
        "n0",
        () ->
            opened[0] =
                cluster
                    .engine("n0")
                    .open("nobody", cluster.addresses.subList(1, 4), BINARY, LONG.toNanos(), told));
    var all = send(cluster, opened[0], players(1, 3));
    await(all);
    assertThat(all).extracting(e -> e.reason).containsOnly(SessionReason.UNKNOWN_RPC);
    assertThat(all).extracting(e -> e.fate).containsOnly(SendFate.FAILED);
    for (int i = 1; i < 4; i++) {
      assertThat(cluster.engine("n" + i).insides().players()).isZero();
      assertThat(cluster.engine("n" + i).insides().relays()).isZero();
    }
    close(cluster, opened[0]);
  }

  @Test
  @Row("SE-T-bothroles")
  void aNodeMayBeInitiatorAndPlayer() {
    var cluster = cluster(4);
    var told = cluster.told();
    var session = cluster.open(cluster.addresses, BINARY, LONG, told);
    delivered(send(cluster, session, players(0, 3)));
    assertThat(session.neighbours()).containsExactly("below grpcs://n0:7000");
    var replies = new ArrayList<Judge.Entry>();
    cluster.on(
        "n3",
        () ->
            replies.addAll(
                cluster.send(
                    "n3",
                    cluster.engine("n3").sessions().getFirst(),
                    List.of(Cluster.player(0).asInitiator(), Cluster.player(0)),
                    SOON)));
    delivered(replies);
    assertThat(told.messages).isEqualTo(1);
    close(cluster, session);
  }

  @Test
  @Row("SE-T-300")
  void threeHundredPlayersOfWhomSomeLieInThirdPlace() {
    var cluster = cluster(301);
    var session =
        cluster.open(cluster.addresses.subList(1, 301), new TreeRouter(3, 5), LONG, cluster.told());
    delivered(send(cluster, session, players(1, 300)));
    assertThat(judge.counted("handlers")).isEqualTo(300);
    int most =
        cluster.engines.values().stream()
            .flatMap(engine -> engine.sessions().stream())
            .mapToInt(s -> s.neighbours().size())
            .max()
            .orElseThrow();
    assertThat(most).as("relays of one node").isLessThanOrEqualTo(8 + 1);
    close(cluster, session);
  }

  @Test
  @Row("SE-W4")
  void whatANodeHoldsForOthersIsBounded() {
    var cluster = cluster(4, SessionSettings.defaults().withBounds(1_000, 400, 10_000));
    simulation.faults().cut("n1", "n3");
    var session =
        cluster.open(cluster.addresses.subList(1, 4), TreeRouter.FLAT, LONG, cluster.told());
    var all = new ArrayList<Judge.Entry>();
    cluster.on(
        "n0",
        () -> {
          for (int i = 0; i < 50; i++) {
            all.addAll(cluster.send("n0", session, players(3, 3), SOON));
          }
          session.send(
              players(1, 1),
              new byte[2_000],
              SOON.toNanos(),
              (_, fate, reason, _) -> judge.count(fate + " " + reason));
        });
    assertThat(session.heldBytes()).isLessThanOrEqualTo(400);
    await(all);
    assertThat(all).extracting(e -> e.fate).containsOnly(SendFate.FAILED);
    assertThat(all.stream().filter(e -> e.reason == SessionReason.BUSY).count()).isPositive();
    assertThat(judge.counted("FAILED TOO_LARGE")).isEqualTo(1);
    close(cluster, session);
    assertThat(session.heldBytes()).isZero();
  }

  /** A stranger's bytes end the stranger's line, are counted, and harm nobody else. */
  @Test
  @Row("SE-badinput")
  void badInputEndsItsLineOnly() {
    var cluster = cluster(4);
    var session = cluster.open(cluster.addresses.subList(1, 4), BINARY, LONG, cluster.told());
    delivered(send(cluster, session, players(1, 3)));
    var inputs =
        List.of(
            new byte[] {1, 2, 3},
            SessionFrames.encode(new SessionFrame.Opened(1)),
            SessionFrames.encode(new SessionFrame.Ack(9, 1, List.of())),
            SessionFrames.encode(new SessionFrame.End(1L << 40, SessionReason.OK, "")));
    var ended = new ArrayList<String>();
    cluster.strangers = inputs.size();
    for (var input : inputs) {
      stranger(cluster, input, ended);
    }
    simulation.runUntil(() -> ended.size() == inputs.size(), LONG);
    assertThat(ended).hasSize(inputs.size());
    assertThat(cluster.engine("n1").badInputs()).isEqualTo(inputs.size());
    delivered(send(cluster, session, players(1, 3)));
    close(cluster, session);
  }

  private void stranger(Cluster cluster, byte[] input, List<String> ended) {
    var node = simulation.node("stranger");
    var loop = node.loop();
    var to = Address.of("n1", Cluster.PORT);
    loop.execute(
        () ->
            node.links()
                .dial(
                    loop,
                    to,
                    LinkSpec.of(new SessionFraming()),
                    new Link.Handler() {
                      @Override
                      public void opened(Link link) {
                        link.write(Unpooled.wrappedBuffer(input.clone()));
                      }

                      @Override
                      public void message(Link link, ByteBuf part, boolean last) {}

                      @Override
                      public void closed(Link link, Optional<SennitException> why) {
                        ended.add(String.valueOf(why));
                      }
                    }));
  }

  @Test
  @Row("SE-T-left")
  void whoHasLeftRefusesAndRelaysOn() {
    var cluster = cluster(6);
    var told = cluster.told();
    var session = cluster.open(cluster.addresses.subList(1, 6), BINARY, LONG, told);
    delivered(send(cluster, session, players(1, 5)));
    cluster.on(
        "n2",
        () -> {
          var engine = cluster.engine("n2");
          engine.left(engine.sessions().getFirst(), SessionReason.HANDLER_FAILED, "no mood");
        });
    simulation.runUntil(() -> told.news.containsKey(Cluster.player(2)), SOON);
    assertThat(told.news).containsEntry(Cluster.player(2), SessionReason.HANDLER_FAILED);
    var all = send(cluster, session, players(1, 5));
    await(all);
    assertThat(all)
        .extracting(e -> e.reason)
        .containsExactly(
            SessionReason.OK,
            SessionReason.LEFT,
            SessionReason.OK,
            SessionReason.OK,
            SessionReason.OK);
    close(cluster, session);
  }
}
