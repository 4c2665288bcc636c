package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Peers that nobody listed, and plain clients: who is let in, dialed and forgotten, and when. */
abstract class LearnedScenarioTest extends DoorTests {
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
          // each is told on a loop of its own, so the order of the two is open
          for (var oldest : hosts.subList(0, 2)) {
            place.until("forgotten", () -> oldest.state() == State.SHUTDOWN);
          }
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
}
