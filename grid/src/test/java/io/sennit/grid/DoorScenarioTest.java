package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Incarnation;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who may come in, who is dialed and when, and how peers go: managers with a cluster's key, the
 * same in every world.
 */
@Timeout(90)
abstract class DoorScenarioTest {
  static final Within SOON = within(Duration.ofSeconds(10));
  static final int ECHO = 7;
  static final int BACK = 8;

  private final ClusterKey key = ClusterKey.random();
  private Place place = none();

  abstract Place place();

  @SuppressWarnings("NullAway") // set before each test
  private static Place none() {
    return null;
  }

  @BeforeEach
  void begin() {
    place = place();
  }

  @AfterEach
  void end() {
    place.close();
  }

  private Manager node(int i, UnaryOperator<ManagerBuilder> taste) {
    var builder =
        Manager.builder().fabric(place.fabric(i)).listen(place.world.at("n" + i)).key(key);
    return start(i, taste.apply(builder));
  }

  private Manager node(int i) {
    return node(i, b -> b);
  }

  private Manager start(int i, ManagerBuilder builder) {
    var tls = place.tls();
    if (tls != null) {
      builder.tls(tls);
    }
    var manager = builder.start();
    place.managers.add(manager);
    manager.registerSingle(ECHO, (request, caller) -> request);
    manager.registerSingle(
        BACK,
        (request, caller) ->
            bytes(
                caller.name()
                    + " "
                    + new String(caller.connection().call(ECHO, request, SOON), UTF_8)));
    return manager;
  }

  private String scheme() {
    return place.tls() == null ? "http://" : "https://";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static long connects(Manager of) {
    return of.connections().stream().mapToLong(c -> c.stats().connects()).sum();
  }

  private static long attempts(Manager of) {
    return of.connections().stream().mapToLong(c -> c.stats().attempts()).sum();
  }

  // --- unlisted peers

  @Test
  @Row({"G-learned", "G-caller"})
  void anUnlistedPeerIsLetInAndCalledBackOnItsConnection() {
    place.run(
        () -> {
          var a = node(0);
          var b = node(1);
          var way = b.learn(a.hostName());
          assertThat(text(way.call(BACK, bytes("hi"), SOON))).isEqualTo(b.hostName() + " hi");
          var back = a.connection(b.hostName()).orElseThrow();
          assertThat(back.state()).isEqualTo(State.CONNECTED);
          assertThat(text(back.call(ECHO, bytes("x"), SOON))).isEqualTo("x");
          assertThat(connects(a)).isOne();
          assertThat(connects(b)).isOne();
          assertThat(attempts(a)).isZero();
        });
  }

  @Test
  @Row("G-learned")
  void whereUnlistedPeersAreNotWantedTheyAreRefusedByName() {
    place.run(
        () -> {
          var a = node(0, b -> b.unlisted(false));
          var b = node(1);
          var way = b.add(a.hostName());
          place.until("refused", () -> way.lastError().isPresent());
          assertThat(way.lastError().orElseThrow())
              .isInstanceOf(RejectedException.class)
              .hasMessageContaining("unknown incoming host: " + b.hostName());
          a.add(b.hostName());
          way.waitForConnect(SOON);
          var c = start(2, Manager.builder().fabric(place.fabric(2)).key(key).dialsOnly());
          var client = c.add(a.hostName());
          place.until("refused", () -> client.lastError().isPresent());
          assertThat(client.lastError().orElseThrow()).hasMessageContaining("unknown incoming");
        });
  }

  @Test
  @Row("G-learned")
  void aLearnedPeerIsDialedByItsFirstUseWhateverThatIs() {
    place.run(
        () -> {
          var a = node(0);
          a.registerStreaming(9, 1, 1, (first, in, out, caller) -> out.send(first));
          var contract = new Capacities(1, 1);
          for (int use = 1; use <= 6; use++) {
            var b = node(use);
            var way = b.learn(a.hostName());
            assertThat(way.state()).isEqualTo(State.UNCONNECTED);
            switch (use) {
              case 1 -> assertThat(way.call(ECHO, bytes("x"))).isEqualTo(bytes("x"));
              case 2 -> {
                var answer = way.callAsync(ECHO, bytes("x"), SOON);
                place.until("the answer", answer::isDone);
                assertThat(answer.join()).isEqualTo(bytes("x"));
              }
              case 3 -> {
                var told = new CompletableFuture<String>();
                way.call(
                    ECHO,
                    bytes("x"),
                    SOON,
                    new Reply() {
                      @Override
                      public void ok(byte[] answer) {
                        told.complete(text(answer));
                      }

                      @Override
                      public void failed(SennitException why) {
                        told.completeExceptionally(why);
                      }
                    });
                place.until("the answer", told::isDone);
                assertThat(told.join()).isEqualTo("x");
              }
              case 4 -> {
                try (var stream = way.open(9, bytes("x"), contract, Optional.of(SOON))) {
                  assertThat(stream.receive())
                      .hasValueSatisfying(i -> assertThat(text(i)).isEqualTo("x"));
                }
              }
              case 5 -> {
                var items = new CopyOnWriteArrayList<String>();
                var end =
                    way.openInline(
                        9, bytes("x"), contract, SOON, out -> item -> items.add("" + item.length));
                place.until("the end", end::isDone);
                assertThat(items).containsExactly("1");
              }
              default -> way.waitForConnect(SOON);
            }
            assertThat(way.state()).isEqualTo(State.CONNECTED);
          }
          place.awaitEmpty();
        });
  }

  @Test
  @Row("G-learned")
  void aLearnedPeerThatIsNotThereFailsItsCallsAndIsNotDialedAgainUnasked() {
    place.run(
        () -> {
          var b = node(1);
          var gone = node(2);
          var host = gone.hostName();
          place.managers.remove(gone);
          gone.close();
          var way = b.learn(host);
          assertThatThrownBy(() -> way.call(ECHO, bytes("x"), SOON))
              .isInstanceOfSatisfying(
                  DisconnectedException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN));
          int attempts = way.stats().attempts();
          assertThat(attempts).isPositive();
          place.pass(Duration.ofSeconds(2));
          assertThat(way.stats().attempts()).isEqualTo(attempts);
          assertThatThrownBy(() -> way.waitForConnect(within(Duration.ofMillis(1500))))
              .isInstanceOf(DeadlineExceededException.class);
          assertThat(way.stats().attempts()).isGreaterThan(attempts); // it was asked to
        });
  }

  @Test
  @Row("G-learned")
  void fiveHundredLearnedPeersAreNotDialed() {
    place.run(
        () -> {
          var a = node(0);
          var states = new CopyOnWriteArrayList<State>();
          a.watch((peer, state) -> states.add(state));
          long before = descriptors();
          for (int i = 0; i < 500; i++) {
            a.learn(scheme() + "127.0.0.1:" + (20_000 + i));
          }
          place.pass(Duration.ofSeconds(1));
          assertThat(a.targets()).hasSize(500);
          assertThat(attempts(a)).isZero();
          assertThat(states).isEmpty();
          assertThat(descriptors() - before).isLessThan(20);
        });
  }

  private static long descriptors() {
    var files = new java.io.File("/proc/self/fd").list();
    return files == null ? 0 : files.length;
  }

  @Test
  @Row("G-learned")
  void ofTooManyLearnedPeersTheOneUnusedForLongestIsForgotten() {
    place.run(
        () -> {
          var a = node(0);
          var b = node(1, x -> x.maxLearned(3));
          var used = b.learn(a.hostName());
          used.waitForConnect(SOON);
          var hosts = new ArrayList<Connection>();
          for (int i = 0; i < 5; i++) {
            hosts.add(b.learn(scheme() + "nowhere-" + i + ":1"));
            place.pass(Duration.ofMillis(5));
          }
          place.until("forgotten", () -> hosts.get(1).state() == State.SHUTDOWN);
          assertThat(hosts.get(0).state()).isEqualTo(State.SHUTDOWN);
          assertThat(hosts.get(4).state()).isEqualTo(State.UNCONNECTED);
          assertThat(used.state()).isEqualTo(State.CONNECTED);
          assertThat(b.targets()).hasSize(4).contains(a.hostName());
          assertThatThrownBy(() -> hosts.get(0).call(ECHO, bytes("x")))
              .isInstanceOf(DisconnectedException.class);
          assertThat(b.learn(hosts.get(0).remote())).isNotSameAs(hosts.get(0));
        });
  }

  // --- plain clients

  @Test
  @Row("G-plain-client")
  void aPlainClientIsCalledBackAndForgottenWithItsConnection() {
    place.run(
        () -> {
          var a = node(0);
          var client = start(1, Manager.builder().fabric(place.fabric(1)).key(key).dialsOnly());
          assertThat(client.hostName()).startsWith("client-");
          var way = client.add(a.hostName());
          way.waitForConnect(SOON);
          var said = text(way.call(BACK, bytes("hi"), SOON));
          assertThat(said).isEqualTo(client.hostName() + " hi");
          var back = a.connection(client.hostName()).orElseThrow();
          assertThat(text(back.call(ECHO, bytes("y"), SOON))).isEqualTo("y");
          var states = new CopyOnWriteArrayList<State>();
          a.watch((peer, state) -> states.add(state));
          client.close();
          place.until("the client to be forgotten", () -> a.connection(back.remote()).isEmpty());
          place.until("the end", () -> states.contains(State.SHUTDOWN));
          assertThat(back.state()).isEqualTo(State.SHUTDOWN);
          assertThatThrownBy(() -> back.call(ECHO, bytes("y")))
              .isInstanceOf(DisconnectedException.class);
          assertThat(back.stats().attempts()).isZero();
        });
  }

  /** Any number of proven strangers could be connected at once, each with its queues. */
  @Test
  @Row("G-plain-client")
  void nobodyListedMoreThanSoManyAreConnectedAtOnce() {
    place.run(
        () -> {
          var a = node(0, builder -> builder.maxUnlisted(2));
          var listed = node(1);
          var first = start(2, Manager.builder().fabric(place.fabric(2)).key(key).dialsOnly());
          first.add(a.hostName()).waitForConnect(SOON);
          var second = node(3);
          second.add(a.hostName()).waitForConnect(SOON);
          place.until("both counted", () -> connected(a) == 2);
          var third = start(4, Manager.builder().fabric(place.fabric(4)).key(key).dialsOnly());
          var way = third.add(a.hostName());
          place.until("refused", () -> way.lastError().isPresent());
          assertThat(way.lastError().orElseThrow().what()).contains("too many unlisted peers");
          assertThat(a.refusals()).isPositive();
          a.add(listed.hostName()); // who is listed comes in all the same
          listed.add(a.hostName()).waitForConnect(SOON);
          first.close();
          way.waitForConnect(SOON); // there is room again
          place.until("three", () -> connected(a) == 3);
        });
  }

  private static long connected(Manager of) {
    return of.connections().stream().filter(c -> c.state() == State.CONNECTED).count();
  }

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

  // --- going

  @Test
  @Row("G-remove")
  void aRemovedPeerEndsItsCallsAndIsNotDialedAgain() {
    place.run(
        () -> {
          var a = node(0);
          var b = node(1);
          var on = place.new Bell();
          var go = place.new Bell();
          b.registerSingle(
              9,
              (request, caller) -> {
                on.ring();
                go.await();
                return request;
              });
          var way = a.add(b.hostName());
          way.waitForConnect(SOON);
          var slow = way.callAsync(9, bytes("slow"), SOON);
          place.until("the handler to run", on::hasRung);
          assertThat(a.remove(b.hostName())).isTrue();
          assertThat(a.remove(b.hostName())).isFalse();
          assertThat(a.connection(b.hostName())).isEmpty();
          place.until("new calls to be refused", () -> fails(way));
          go.ring();
          place.until("the answer", slow::isDone);
          assertThat(slow.join()).isEqualTo(bytes("slow"));
          place.until("the end", () -> way.state() == State.SHUTDOWN);
          var late = b.connection(a.hostName()).orElseThrow();
          place.until("the end there", () -> late.state() != State.CONNECTED);
          int attempts = way.stats().attempts();
          long connects = way.stats().connects();
          place.pass(Duration.ofSeconds(3));
          assertThat(a.targets()).isEmpty();
          assertThat(way.stats().attempts()).isEqualTo(attempts);
          assertThat(way.stats().connects()).isEqualTo(connects);
          assertThat(late.state()).isEqualTo(State.CONNECTION_ERROR);
        });
  }

  private static boolean fails(Connection way) {
    try {
      way.call(ECHO, bytes("x"), SOON);
      return false;
    } catch (DisconnectedException e) {
      assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
      return true;
    }
  }

  @Test
  @Row({"G-drain", "G-goodbye"})
  void aDrainedManagerLosesNothing() {
    place.run(
        () -> {
          var a = node(0);
          a.registerSingle(
              9,
              (request, caller) -> {
                place.pass(Duration.ofMillis(20));
                return request;
              });
          a.registerStreaming(
              10,
              1,
              1,
              (first, in, out, caller) -> {
                for (var item : in) {
                  out.send(item);
                }
              });
          var callers = new ArrayList<Connection>();
          for (int i = 1; i <= 3; i++) {
            var way = node(i).add(a.hostName());
            way.waitForConnect(SOON);
            callers.add(way);
          }
          var answered = new AtomicInteger();
          var refused = new AtomicInteger();
          var wrong = new CopyOnWriteArrayList<Throwable>();
          var over = new AtomicInteger();
          for (var way : callers) {
            for (int w = 0; w < 3; w++) {
              int kind = w;
              place.spawn(
                  "load",
                  () -> {
                    try {
                      load(way, kind, answered, refused);
                    } catch (Throwable e) {
                      wrong.add(e);
                    } finally {
                      over.incrementAndGet();
                    }
                  });
            }
          }
          place.until("load", () -> answered.get() > 30);
          assertThat(a.drain(SOON)).isTrue();
          place.until("the load to end", () -> over.get() == 9);
          assertThat(wrong).isEmpty();
          assertThat(refused).hasValue(9);
          for (var way : callers) {
            assertThat(way.state()).isNotEqualTo(State.CONNECTED);
          }
        });
  }

  /** Calls until it is told that nothing ran. */
  private void load(Connection way, int kind, AtomicInteger answered, AtomicInteger refused) {
    for (int i = 0; ; i++) {
      try {
        if (kind < 2) {
          var ask = bytes("ask " + i);
          assertThat(way.call(kind == 0 ? ECHO : 9, ask, SOON)).isEqualTo(ask);
        } else {
          try (var stream = way.open(10, bytes("s"), new Capacities(1, 1), Optional.of(SOON))) {
            for (int n = 0; n < 3; n++) {
              stream.send(bytes("item " + n));
              assertThat(stream.receive().map(DoorScenarioTest::text)).hasValue("item " + n);
            }
            stream.endInput();
            assertThat(stream.receive()).isEmpty();
          }
        }
        answered.incrementAndGet();
      } catch (DisconnectedException e) {
        assertThat(e.outcome()).as(e.toString()).isEqualTo(Outcome.DID_NOT_RUN);
        refused.incrementAndGet();
        return;
      }
    }
  }

  @Test
  @Row("G-drain")
  void aDrainHasAnEnd() {
    place.run(
        () -> {
          var a = node(0);
          var never = place.new Bell();
          var on = place.new Bell();
          a.registerSingle(
              9,
              (request, caller) -> {
                on.ring();
                never.await();
                return request;
              });
          var way = node(1).add(a.hostName());
          way.waitForConnect(SOON);
          var stuck = way.callAsync(9, bytes("x"), within(Duration.ofSeconds(60)));
          place.until("the handler to run", on::hasRung);
          assertThat(a.drain(within(Duration.ofMillis(300)))).isFalse();
          place.until("the call to end", stuck::isDone);
          assertThatThrownBy(stuck::join).hasCauseInstanceOf(DisconnectedException.class);
        });
  }

  // --- watching

  @Test
  @Row("G-states")
  void whoNoLongerWatchesIsNotTold() {
    place.run(
        () -> {
          var a = node(0);
          var b = node(1);
          var told = new CopyOnWriteArrayList<State>();
          var silent = new CopyOnWriteArrayList<State>();
          var all = new CopyOnWriteArrayList<String>();
          var way = b.learn(a.hostName());
          way.watch(told::add);
          way.watch(silent::add).close();
          var watching = a.watch((peer, state) -> all.add(peer.remote() + " " + state));
          way.waitForConnect(SOON);
          place.until("told", () -> told.contains(State.CONNECTED));
          place.until("told there", () -> all.contains(b.hostName() + " CONNECTED"));
          watching.close();
          int before = all.size();
          a.remove(b.hostName());
          place.until("the end", () -> told.contains(State.CONNECTION_ERROR));
          assertThat(silent).isEmpty();
          assertThat(all).hasSize(before);
        });
  }
}
