package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is slow, large or too much harms nobody else, and leaves nothing behind. */
abstract class FlowScenarioTest extends ScenarioTest {
  FlowScenarioTest(Ground ground) {
    super(ground);
  }

  private static void quietly(Runnable code) {
    try {
      code.run();
    } catch (SennitException e) {
      // either end of it is as good
    }
  }

  /** Goes on in the middle of a large payload on its way to a node. */
  private void halfway(int node, int from) {
    var connection = place.from(node, from);
    long before = connection.stats().bytesIn();
    place.until("half of it to arrive", () -> connection.stats().bytesIn() > before + 1_000_000);
  }

  @Test
  @Row("G-T11")
  void t11AnUnreadStreamBlocksNoCall() {
    with(
        2,
        () -> {
          place.managers.forEach(m -> m.registerSingle(7, (request, caller) -> request));
          everywhere(
              5,
              0,
              1,
              (first, in, out, caller) -> {
                for (int i = 0; i < 100; i++) {
                  out.send(numbered(i, ITEM));
                }
              });
          try (var stream = place.from(0, 1).open(5, bytes("p"))) {
            for (int i = 0; i < 100; i++) {
              assertThat(place.from(0, 1).call(7, bytes("" + i))).isEqualTo(bytes("" + i));
            }
            assertThat(stream.done()).isNotDone();
            var got = new ArrayList<Integer>();
            stream.results(item -> got.add(number(item)));
            assertThat(got).hasSize(100).isSorted();
          }
        });
  }

  @Test
  @Row("G-T12")
  void t12AStalledHandlerBlocksNoCall() {
    with(
        2,
        () -> {
          var go = place.new Bell();
          place.managers.forEach(m -> m.registerSingle(7, (request, caller) -> request));
          everywhere(
              5,
              5,
              5,
              (first, in, out, caller) -> {
                go.await();
                for (var item : in) {
                  out.send(numbered(number(item), 4));
                }
              });
          try (var stream = place.from(0, 1).open(5, bytes("p"))) {
            Future<?> sender =
                place.spawn(
                    "sender",
                    () -> {
                      for (int i = 0; i < 100; i++) {
                        stream.send(numbered(i, ITEM));
                      }
                      stream.endInput();
                    });
            for (int i = 0; i < 100; i++) {
              assertThat(place.from(0, 1).call(7, bytes("" + i))).isEqualTo(bytes("" + i));
            }
            assertThat(sender.isDone()).isFalse();
            go.ring();
            var got = new ArrayList<Integer>();
            stream.results(item -> got.add(number(item)));
            assertThat(got).hasSize(100).isSorted();
          }
        });
  }

  /** An item half sent when its stream is given up must cost nothing but that stream. */
  @Test
  @Row("G-parts")
  void aStreamGivenUpInTheMiddleOfALargeItem() {
    with(
        2,
        () -> {
          everywhere(
              5,
              1,
              4,
              (first, in, out, caller) -> {
                while (!caller.isCancelled()) {
                  out.send(new byte[16 << 20]);
                }
              });
          everywhere(
              6,
              4,
              4,
              (first, in, out, caller) -> {
                in.receive();
                halfway(1, 0);
                if (first.length > 0) {
                  throw RemoteErrors.of("enough");
                }
              });
          place.manager(1).registerSingle(7, (request, caller) -> new byte[16 << 20]);
          for (int round = 0; round < 4; round++) {
            // the caller gives up what the handler sends
            var down = place.from(0, 1).open(5, bytes("p"));
            halfway(0, 1);
            down.cancel();
            place.awaitEmpty();
            // the handler ends while its caller sends
            var up = place.from(0, 1).open(6, new byte[round % 2]);
            up.send(bytes("first"));
            quietly(() -> up.send(new byte[16 << 20]));
            quietly(() -> up.results(item -> {}));
            place.awaitEmpty();
            // the caller gives up an answer
            var answer = place.from(0, 1).callAsync(7, bytes("x"), within(Duration.ofSeconds(20)));
            halfway(0, 1);
            answer.cancel(true);
            place.awaitEmpty();
            // and a request
            var request =
                place.from(0, 1).callAsync(7, new byte[16 << 20], within(Duration.ofSeconds(20)));
            halfway(1, 0);
            request.cancel(true);
            place.awaitEmpty();
          }
          assertThat(place.from(0, 1).stats().connects()).isEqualTo(1);
          assertThat(place.from(0, 1).call(7, bytes("x"))).hasSize(16 << 20);
        });
  }

  /** The original takes messages of any size, and finds out what its peer does not take. */
  @Test
  @Row("G-W9")
  void w9APayloadThePeerDoesNotTakeIsRefusedHere() {
    place.run(
        () -> {
          place.mesh(2, b -> taste(b).maxMessage(64 << 10));
          place.manager(1).registerSingle(7, (request, caller) -> request);
          place.manager(1).registerSingle(8, (request, caller) -> new byte[(64 << 10) + 1]);
          place.manager(1).registerSingleInline(9, (request, caller) -> new byte[(64 << 10) + 1]);
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                for (var item : in) {
                  out.send(new byte[item.length + 1]);
                }
              });
          var most = random(64 << 10);
          assertThat(place.from(0, 1).call(7, most)).isEqualTo(most);
          assertThatThrownBy(() -> place.from(0, 1).call(7, new byte[(64 << 10) + 1]))
              .isInstanceOfSatisfying(
                  RejectedException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN));
          for (int handler = 8; handler < 10; handler++) {
            int id = handler;
            assertThatThrownBy(() -> place.from(0, 1).call(id, bytes("x")))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("65537 bytes");
          }
          assertThatThrownBy(() -> place.from(0, 1).open(5, new byte[(64 << 10) + 1]))
              .isInstanceOf(RejectedException.class);
          try (var stream = place.from(0, 1).open(5, bytes("p"))) {
            assertThatThrownBy(() -> stream.send(new byte[(64 << 10) + 1]))
                .isInstanceOf(RejectedException.class);
            stream.send(new byte[(64 << 10) - 1]);
            assertThat(stream.receive().orElseThrow()).hasSize(64 << 10);
            stream.send(most);
            assertThatThrownBy(stream::receive)
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("65537 bytes");
          }
          assertThat(place.from(0, 1).stats().connects()).isEqualTo(1);
          place.awaitEmpty();
        });
  }

  /** In the original a small call waits until all large payloads before it have left. */
  @Test
  @Row({"G-W10", "G-lanes"})
  void w10ABigPayloadDoesNotHoldUpSmallCalls() {
    with(
        2,
        () -> {
          place.manager(1).registerSingle(7, (request, caller) -> request);
          var big = new AtomicInteger();
          for (int i = 0; i < 6; i++) {
            place.spawn(
                "big",
                () -> {
                  assertThat(place.from(0, 1).call(7, new byte[6 << 20])).hasSize(6 << 20);
                  big.incrementAndGet();
                });
          }
          for (int i = 0; i < 50; i++) {
            assertThat(place.from(0, 1).call(7, bytes("s"))).isEqualTo(bytes("s"));
          }
          place.until("the big ones", () -> big.get() == 6);
        });
  }

  /** In the original a stream whose results nobody takes keeps its tasks and tables for ever. */
  @Test
  @Row({"G-W19", "G-budget"})
  void w19ThousandsOfCallsAndStreamsLeaveNothing() {
    with(
        2,
        () -> {
          place.managers.forEach(m -> m.registerSingleInline(7, (request, caller) -> request));
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                for (int i = 0; i < 5; i++) {
                  out.send(first);
                }
              });
          var done = new AtomicInteger();
          for (int i = 0; i < 2_000; i++) {
            place
                .from(0, 1)
                .call(
                    7,
                    bytes("x"),
                    within(i % 3 == 0 ? Duration.ofNanos(1_000 + i) : Duration.ofSeconds(20)),
                    new Reply() {
                      @Override
                      public void ok(byte[] answer) {
                        done.incrementAndGet();
                      }

                      @Override
                      public void failed(SennitException why) {
                        done.incrementAndGet();
                      }
                    });
          }
          for (int i = 0; i < 300; i++) {
            var stream = place.from(0, 1).open(5, bytes("never read"));
            if (i % 2 == 0) {
              stream.close();
            } else {
              stream.receive();
              stream.close();
            }
          }
          place.until("all to end", () -> done.get() == 2_000);
        });
  }

  /** The original starts as many handlers as there are requests. */
  @Test
  @Row({"G-busy", "G-W15"})
  void aFullHouseRefusesAndSaysThatNothingRan() {
    place.run(
        () -> {
          place.mesh(2, b -> taste(b).maxHandlers(3));
          var go = place.new Bell();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    go.await();
                    return request;
                  });
          everywhere(5, 1, 1, (first, in, out, caller) -> go.await());
          var answers = new AtomicInteger();
          for (int i = 0; i < 3; i++) {
            place.spawn(
                "caller",
                () -> {
                  place.from(0, 1).call(7, bytes("x"));
                  answers.incrementAndGet();
                });
          }
          place.until("three to run", () -> place.from(1, 0).stats().runningHandlers() == 3);
          assertThatThrownBy(() -> place.from(0, 1).call(7, bytes("x")))
              .isInstanceOfSatisfying(
                  NodeBusyException.class,
                  e -> {
                    assertThat(e).hasMessageContaining("busy: 3 handlers");
                    assertThat(e.retryAfter())
                        .isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));
                    assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
                  });
          assertThatThrownBy(() -> place.from(0, 1).open(5, bytes("x")).receive())
              .isInstanceOf(NodeBusyException.class)
              .hasMessageContaining("busy");
          go.ring();
          place.until("the three", () -> answers.get() == 3);
          place.awaitEmpty();
        });
  }
}
