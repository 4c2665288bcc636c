package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.grid.engine.Insides;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What peers may make a node hold is bounded, in bytes and for all of them together; beyond the
 * bounds they are told so, and others go on.
 */
class BoundsTest extends Weakness {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  private Place.Bell held(int node, int id) {
    var go = place.new Bell();
    place
        .manager(node)
        .registerSingle(
            id,
            (request, caller) -> {
              go.await();
              return bytes("" + request.length);
            });
    return go;
  }

  private void everywhere(int id, int in, Manager.StreamCode code) {
    place.managers.forEach(m -> m.registerStreaming(id, in, 1, code));
  }

  private static long busy(List<CompletableFuture<byte[]>> calls) {
    return calls.stream()
        .filter(CompletableFuture::isCompletedExceptionally)
        .filter(c -> c.exceptionNow() instanceof NodeBusyException)
        .count();
  }

  /**
   * Requests that slow handlers hold are counted until those return; the original, and this grid
   * before, counted handlers only (grid B3).
   */
  @Test
  @Row("G-received")
  void requestsAreCountedUntilTheirHandlersReturn() {
    place.run(
        () -> {
          place.mesh(3, b -> b.received(MIB, 4 * MIB));
          var go = held(1, 7);
          place.manager(1).registerSingle(8, (request, caller) -> request);
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          for (int i = 0; i < 100; i++) {
            calls.add(
                there().callAsync(7, new byte[(20 + i) * KIB], within(Duration.ofSeconds(90))));
          }
          place.until("most to be refused", () -> busy(calls) > 50);
          assertThat(Insides.held(place.manager(1).engine())).isLessThan(MIB + 130 * KIB);
          assertThat(calls.stream().filter(CompletableFuture::isDone).map(c -> c.exceptionNow()))
              .allSatisfy(
                  e -> {
                    assertThat(e).isInstanceOf(NodeBusyException.class);
                    assertThat(((NodeBusyException) e).outcome()).isEqualTo(Outcome.DID_NOT_RUN);
                    assertThat(((NodeBusyException) e).retryAfter()).isPositive();
                  });
          // a neighbour has a bound of its own
          assertThat(place.from(2, 1).call(8, new byte[100 * KIB])).hasSize(100 * KIB);
          assertThatThrownBy(() -> there().call(8, new byte[100 * KIB]))
              .isInstanceOf(NodeBusyException.class);
          go.ring();
          place.until("the others", () -> calls.stream().allMatch(CompletableFuture::isDone));
          place.awaitEmpty();
          assertThat(there().call(8, new byte[100 * KIB])).hasSize(100 * KIB);
          place.managers.forEach(m -> assertThat(Insides.held(m.engine())).isLessThan(64 * KIB));
        });
  }

  /** What a handler holds counts for its peer after the connection is gone, too. */
  @Test
  @Row("G-received")
  void aPeerThatComesBackDoesNotBeginAtNothing() {
    place.run(
        () -> {
          place.mesh(2, b -> b.received(MIB, 4 * MIB));
          var go = place.new Bell();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    while (!go.hasRung()) {
                      try {
                        go.await();
                      } catch (InterruptedException e) {
                        // a stubborn one
                      }
                    }
                    return request;
                  });
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 10; i++) {
              calls.add(there().callAsync(7, new byte[60 * KIB], within(Duration.ofSeconds(90))));
            }
            place.until(
                "these to run or to be refused",
                () ->
                    busy(calls) + place.from(1, 0).stats().runningHandlers() >= calls.size() % 10);
            place.pass(Duration.ofMillis(50));
            place.cut(0, 1);
            place.until("all to end", () -> calls.stream().allMatch(CompletableFuture::isDone));
            there().waitForConnect(within(Duration.ofSeconds(20)));
          }
          assertThat(busy(calls)).isGreaterThan(25);
          assertThat(Insides.held(place.manager(1).engine())).isLessThan(MIB + 70 * KIB);
          go.ring();
          place.until("free", () -> Insides.held(place.manager(1).engine()) < 64 * KIB);
        });
  }

  /** Large requests count as they come; beyond the bound they are refused, and skipped. */
  @Test
  @Row({"G-received", "G-parts"})
  void largeRequestsBeyondTheBoundAreRefused() {
    place.run(
        () -> {
          place.mesh(2, b -> b.received(4 * MIB, 4 * MIB));
          var go = held(1, 7);
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          for (int i = 0; i < 12; i++) {
            calls.add(there().callAsync(7, new byte[MIB + i], within(Duration.ofSeconds(90))));
          }
          place.until("most to be refused", () -> busy(calls) >= 7);
          assertThat(Insides.held(place.manager(1).engine())).isLessThan(5 * MIB + 64 * KIB);
          go.ring();
          place.until("the others", () -> calls.stream().allMatch(CompletableFuture::isDone));
          place.awaitEmpty();
          assertThat(text(there().call(7, new byte[3 * MIB]))).isEqualTo("" + 3 * MIB);
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }

  /** However many streams there are, what may be sent ahead on all of them stays in its bound. */
  @Test
  @Row("G-received")
  void manyStreamsShareOneBound() {
    place.run(
        () -> {
          place.mesh(2, b -> b.received(MIB, 4 * MIB));
          var go = place.new Bell();
          everywhere(
              5,
              1,
              (first, in, out, caller) -> {
                go.await();
                int n = 0;
                for (var item : in) {
                  n += item.length;
                }
                out.send(bytes("" + n));
              });
          var streams = new ArrayList<GridStream>();
          for (int i = 0; i < 500; i++) {
            streams.add(there().open(5, bytes("x")));
          }
          place.until("all to run", () -> place.from(1, 0).stats().incomingStreams() == 500);
          place.pass(Duration.ofMillis(100));
          var sent = new int[500];
          for (int i = 0; i < 500; i++) {
            while (sent[i] < 40 * KIB && streams.get(i).trySend(new byte[KIB])) {
              sent[i] += KIB;
            }
          }
          place.pass(Duration.ofSeconds(1));
          assertThat(sent[0]).as("the first may send ahead much").isGreaterThan(8 * KIB);
          assertThat(sent[499]).as("the last one an item").isEqualTo(KIB);
          assertThat(Insides.held(place.manager(1).engine())).isLessThan(MIB + 64 * KIB);
          go.ring();
          for (int i = 0; i < 500; i++) {
            for (; sent[i] < 60 * KIB; sent[i] += KIB) {
              streams.get(i).send(new byte[KIB]); // credit goes on coming
            }
            streams.get(i).endInput();
          }
          for (var stream : streams) {
            assertThat(text(stream.receive().orElseThrow())).isEqualTo("" + 60 * KIB);
            assertThat(stream.receive()).isEmpty();
          }
          place.awaitEmpty();
        });
  }

  /** The same for what a server may send ahead. */
  @Test
  @Row("G-received")
  void manyResultsThatNobodyTakesShareOneBound() {
    place.run(
        () -> {
          place.mesh(2, b -> b.received(MIB, 4 * MIB));
          everywhere(
              5,
              0,
              (first, in, out, caller) -> {
                for (int i = 0; i < 60; i++) {
                  out.send(new byte[KIB]);
                }
              });
          var streams = new ArrayList<GridStream>();
          for (int i = 0; i < 300; i++) {
            streams.add(there().open(5, bytes("x")));
          }
          place.pass(Duration.ofSeconds(2));
          assertThat(Insides.held(place.manager(0).engine())).isLessThan(MIB + 64 * KIB);
          for (var stream : streams) {
            int n = 0;
            for (var item : stream) {
              n += item.length;
            }
            assertThat(n).isEqualTo(60 * KIB);
          }
          place.awaitEmpty();
        });
  }

  /** An error's text is cut; longer than the peer's maxMessage it cost the connection (grid B5). */
  @Test
  @Row("G-stream-error")
  void anErrorTextIsCutToWhatThePeerTakes() {
    place.run(
        () -> {
          place.mesh(2, b -> b.maxMessage(64 * KIB));
          var huge = "ä".repeat(50_000_000);
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    throw RemoteErrors.of(huge);
                  });
          place
              .manager(1)
              .registerSingleInline(
                  8,
                  (request, caller) -> {
                    throw new Unspeakable();
                  });
          everywhere(
              5,
              0,
              (first, in, out, caller) -> {
                throw new IllegalStateException(huge);
              });
          everywhere(
              6,
              0,
              (first, in, out, caller) -> {
                throw new Unspeakable();
              });
          assertThatThrownBy(() -> there().call(7, bytes("x")))
              .isInstanceOfSatisfying(
                  RemoteException.class,
                  e ->
                      assertThat(e.text())
                          .startsWith("ääää")
                          .endsWith("ä [cut]")
                          .hasSizeBetween(32_000, 33_000));
          assertThatThrownBy(() -> there().open(5, bytes("x")).receive())
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("[cut]");
          // (field F11) what an exception says of itself may fail, too
          assertThatThrownBy(() -> there().call(8, bytes("x")))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("Unspeakable");
          assertThatThrownBy(() -> there().open(6, bytes("x")).receive())
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("Unspeakable");
          assertThat(there().stats().connects()).isEqualTo(1);
          place.awaitEmpty();
        });
  }

  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even that");
    }
  }

  /**
   * Who sends without waiting to a stream that nobody reads fills that stream's queue (field F16).
   */
  @Test
  @Row("G-stream-async")
  void aStreamThatNobodyReadsHasABoundOfItsOwn() {
    place.run(
        () -> {
          place.mesh(2, b -> b.queueBytes(8 * MIB).window(64 * KIB));
          place.manager(1).registerSingle(7, (request, caller) -> request);
          var go = place.new Bell();
          var got = new AtomicInteger();
          everywhere(
              5,
              1,
              (first, in, out, caller) -> {
                go.await();
                in.forEach(item -> got.incrementAndGet());
              });
          try (var stream = there().open(5, bytes("x"))) {
            var sends = new ArrayList<CompletableFuture<Void>>();
            while (sends.isEmpty() || !sends.getLast().isCompletedExceptionally()) {
              assertThat(sends).hasSizeLessThan(200);
              sends.add(stream.sendAsync(new byte[20 * KIB]));
            }
            assertThat(sends.getLast().exceptionNow())
                .isInstanceOf(NodeBusyException.class)
                .hasMessageContaining("of the stream");
            assertThat(there().call(7, new byte[MIB])).hasSize(MIB);
            go.ring();
            place.until(
                "all that were taken",
                () ->
                    sends.stream().allMatch(CompletableFuture::isDone)
                        && got.get() == sends.size() - 1);
            stream.endInput();
            assertThat(stream.receive()).isEmpty();
          }
          place.awaitEmpty();
        });
  }

  /** Large calls that were given up do not hold the queue while their peer takes no parts (B14). */
  @Test
  @Row({"G-budget", "G-W19"})
  void largeCallsThatWereGivenUpLeaveTheQueueAtOnce() {
    place.run(
        () -> {
          place.mesh(2, b -> b.queueBytes(4 * MIB));
          place.manager(1).registerSingle(7, (request, caller) -> request);
          there().call(7, bytes("x"));
          var clog = place.simulation().faults().clog("n0", "n1");
          for (int round = 0; round < 10; round++) {
            var calls = new ArrayList<CompletableFuture<byte[]>>();
            for (int i = 0; i < 30; i++) {
              calls.add(there().callAsync(7, new byte[100 * KIB], within(Duration.ofMillis(20))));
            }
            place.until("all to be over", () -> calls.stream().allMatch(CompletableFuture::isDone));
            assertThat(calls).allMatch(c -> c.exceptionNow() instanceof DeadlineExceededException);
            place.pass(Duration.ofMillis(5));
            assertThat(there().stats().queuedBytes()).isLessThan(200 * KIB);
          }
          clog.heal();
          place.awaitEmpty();
          assertThat(there().call(7, new byte[MIB])).hasSize(MIB);
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }
}
