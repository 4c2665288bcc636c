package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How peers go, what that does to calls under way, and who is told. */
abstract class PartingScenarioTest extends DoorTests {
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
              assertThat(stream.receive().map(DoorTests::text)).hasValue("item " + n);
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
