package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.DeadlineExceededException;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The original's weaknesses in what waits: queues, their bounds, and who is held up. */
class QueueWeaknessTest extends Weakness {
  /**
   * The original keeps its queue over a reconnect: requests given up may still run, and an old
   * answer can meet a new call of the same number.
   */
  @Test
  @Row("G-W2")
  void w2NothingOfAnOldConnectionIsHeardOnTheNew() {
    place.run(
        () -> {
          place.mesh(2);
          var ran = new CopyOnWriteArrayList<String>();
          var release = place.new Bell();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    var what = text(request).substring(0, 3);
                    ran.add(what);
                    while (what.equals("old") && !release.hasRung()) {
                      try {
                        release.await();
                      } catch (InterruptedException e) {
                        // a stubborn one, that answers when its connection is long gone
                      }
                    }
                    if (what.equals("new")) {
                      place.pass(Duration.ofMillis(200));
                    }
                    return request;
                  });
          var old = there().callAsync(7, bytes("old"), within(Duration.ofSeconds(20)));
          place.until("the old handler to run", () -> ran.contains("old"));
          var clog = place.simulation().faults().clog("n0", "n1");
          var stuck = new ArrayList<CompletableFuture<byte[]>>();
          for (int i = 0; i < 40; i++) {
            stuck.add(
                there().callAsync(7, bytes("stuck".repeat(4000)), within(Duration.ofSeconds(20))));
          }
          place.pass(Duration.ofMillis(20));
          place.cut(0, 1);
          place.until(
              "all to fail", () -> old.isDone() && stuck.stream().allMatch(s -> s.isDone()));
          assertThat(stuck).allSatisfy(s -> assertThat(s).isCompletedExceptionally());
          clog.heal();
          place.until(
              "a new connection",
              () -> there().stats().connects() == 2 && there().state() == State.CONNECTED);
          var fresh = there().callAsync(7, bytes("new"), within(Duration.ofSeconds(20)));
          place.until("the new handler to run", () -> ran.contains("new"));
          release.ring();
          place.until("the new answer", fresh::isDone);
          assertThat(text(fresh.join())).isEqualTo("new");
          assertThat(ran).containsExactly("old", "new");
          place.awaitEmpty();
        });
  }

  /** The original bounds its queue in messages, 65535 of them, whatever they hold. */
  @Test
  @Row("G-W9")
  void w9TheQueueIsBoundedInBytes() {
    place.run(
        () -> {
          place.mesh(2, b -> b.queueBytes(200_000));
          place.manager(1).registerSingle(7, (request, caller) -> request);
          var clog = place.simulation().faults().clog("n0", "n1");
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          while (calls.isEmpty() || !calls.getLast().isDone()) {
            assertThat(calls).hasSizeLessThan(40); // 800 KB, with what sockets and link hold
            calls.add(there().callAsync(7, new byte[30_000], within(Duration.ofSeconds(20))));
            place.pass(Duration.ofMillis(1));
          }
          assertThat(calls.removeLast().exceptionNow())
              .isInstanceOfSatisfying(
                  NodeBusyException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN));
          assertThat(there().stats().queuedBytes()).isLessThan(231_000);
          clog.heal();
          place.until("all", () -> calls.stream().allMatch(c -> c.isDone()));
          assertThat(calls).allSatisfy(c -> assertThat(c.join()).hasSize(30_000));
          place.awaitEmpty();
        });
  }

  /** In the original everything, pongs too, waits behind large payloads sent before. */
  @Test
  @Row("G-W10")
  void w10SmallCallsPassLargePayloadsThatWereSentBefore() {
    narrow(4 << 20);
    place.run(
        () -> {
          place.mesh(2, b -> b.ping(Duration.ofMillis(400)));
          place.manager(1).registerSingle(7, (request, caller) -> request);
          var large = new ArrayList<CompletableFuture<byte[]>>();
          for (int i = 0; i < 4; i++) {
            large.add(there().callAsync(7, new byte[4 << 20], within(Duration.ofSeconds(60))));
          }
          place.pass(Duration.ofMillis(50));
          var slowest = Duration.ZERO;
          for (int i = 0; i < 20; i++) {
            var from = place.simulation().time();
            there().call(7, bytes("small"));
            var took = place.simulation().time().minus(from);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
          }
          assertThat(large).noneMatch(l -> l.isDone());
          assertThat(slowest).isLessThan(Duration.ofMillis(150));
          place.until("the large ones", () -> large.stream().allMatch(l -> l.isDone()));
          assertThat(large).allSatisfy(l -> assertThat(l.join()).hasSize(4 << 20));
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }

  /** A first payload is as long as any other, and travels as they do. */
  @Test
  @Row({"G-W10", "G-parts"})
  void w10AStreamsLargeFirstPayloadHoldsUpNobody() {
    narrow(4 << 20);
    place.run(
        () -> {
          place.mesh(2);
          place.manager(1).registerSingle(7, (request, caller) -> request);
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      5,
                      2,
                      2,
                      (first, in, out, caller) -> {
                        int n = 0;
                        for (var item : in) {
                          n += item.length;
                        }
                        out.send(bytes(first.length + " " + first[first.length - 1] + " " + n));
                      }));
          for (int size : new int[] {32 << 10, (32 << 10) + 1, 100_000, 4 << 20}) {
            var first = new byte[size];
            first[size - 1] = 9;
            var stream = there().open(5, first);
            if (size > 100_000) {
              var from = place.simulation().time();
              there().call(7, bytes("small"));
              assertThat(place.simulation().time().minus(from)).isLessThan(Duration.ofMillis(150));
            }
            if (size % 2 == 0) {
              stream.send(bytes("item"));
            }
            stream.endInput(); // needs no credit, and must not pass the first payload
            assertThat(text(stream.receive().orElseThrow()))
                .isEqualTo(size + " 9 " + (size % 2 == 0 ? 4 : 0));
            assertThat(stream.receive()).isEmpty();
            place.awaitEmpty();
          }
          // given up half-way, it costs nothing else, and its handler did not run
          var gone = there().open(5, new byte[8 << 20], within(Duration.ofMillis(300)));
          assertThatThrownBy(gone::receive)
              .isInstanceOfSatisfying(
                  DeadlineExceededException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN));
          var left = there().open(5, new byte[8 << 20]);
          place.pass(Duration.ofMillis(100));
          left.close();
          place.awaitEmpty();
          assertThat(there().call(7, bytes("x"))).isEqualTo(bytes("x"));
          assertThat(place.from(1, 0).stats().served()).isEqualTo(6);
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }

  /** The original gives a whole frame 4 s to leave, so a large payload on a slow link kills it. */
  @Test
  @Row("G-W11")
  void w11ALargeFrameMayTakeItsTime() {
    narrow(100_000);
    place.run(
        () -> {
          place.mesh(2, b -> b.extensions(false)); // so that it is one frame
          place.manager(1).registerSingle(7, (request, caller) -> bytes("" + request.length));
          var from = place.simulation().time();
          assertThat(text(there().call(7, new byte[1_500_000]))).isEqualTo("1500000");
          assertThat(place.simulation().time().minus(from)).isGreaterThan(Duration.ofSeconds(12));
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }

  /**
   * In the original what nobody waits for keeps its tasks, its table entry and its place in queues.
   */
  @Test
  @Row({"G-W19", "G-budget"})
  void w19WhatIsGivenUpLeavesNothing() {
    place.run(
        () -> {
          place.mesh(2);
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      5,
                      1,
                      1,
                      (first, in, out, caller) -> {
                        while (true) {
                          out.send(first);
                        }
                      }));
          // streams that would never end by themselves, read and unread
          for (int i = 0; i < 50; i++) {
            try (var stream = there().open(5, new byte[100])) {
              if (i % 2 == 0) {
                stream.receive();
              }
            }
          }
          place.awaitEmpty();
          // calls and items that wait for a link which takes nothing
          var streams = new ArrayList<GridStream>();
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          for (int i = 0; i < 4; i++) {
            var stream = there().open(5, new byte[100]);
            stream.receive(); // the ack has come, and credit with it
            streams.add(stream);
          }
          var clog = place.simulation().faults().clog("n0", "n1");
          for (var stream : streams) {
            while (stream.trySend(new byte[20_000])) {
              place.pass(Duration.ofMillis(1));
            }
          }
          for (int i = 0; i < 20; i++) {
            calls.add(there().callAsync(9, new byte[25_000], within(Duration.ofMillis(50))));
            calls.add(there().callAsync(9, new byte[90_000], within(Duration.ofMillis(50))));
          }
          assertThat(there().stats().queuedBytes()).isGreaterThan(3_000_000);
          place.until("all to be over", () -> calls.stream().allMatch(c -> c.isDone()));
          streams.forEach(GridStream::close);
          clog.heal();
          place.awaitEmpty();
          assertThat(there().stats().queuedBytes()).isZero();
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }

  /**
   * The original once gave a pooled buffer back and read an error's text from it afterwards; here
   * the array of a request is its caller's again as soon as the call has ended.
   */
  @Test
  @Row("G-W22")
  void w22AnArrayIsItsCallersAgainWhenTheCallHasEnded() {
    place.run(
        () -> {
          place.mesh(2);
          var ran = new ConcurrentHashMap<Byte, Integer>();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    for (byte b : request) {
                      ran.merge(b, 1, Integer::sum);
                    }
                    return request;
                  });
          place.until("a call", () -> there().call(7, new byte[1]).length == 1);
          var clog = place.simulation().faults().clog("n0", "n1");
          var lent = new ArrayList<byte[]>();
          var calls = new ArrayList<CompletableFuture<byte[]>>();
          for (int size : new int[] {20_000, 100_000}) {
            for (int i = 0; i < 30; i++) {
              var array = new byte[size];
              Arrays.fill(array, (byte) 1);
              lent.add(array);
              calls.add(there().callAsync(7, array, within(Duration.ofMillis(100))));
            }
          }
          place.until("all to be too late", () -> calls.stream().allMatch(c -> c.isDone()));
          assertThat(calls).allMatch(c -> c.exceptionNow() instanceof DeadlineExceededException);
          assertThat(calls)
              .anyMatch(c -> ((SennitException) c.exceptionNow()).outcome() == Outcome.DID_NOT_RUN);
          lent.forEach(array -> Arrays.fill(array, (byte) 2));
          clog.heal();
          place.awaitEmpty();
          there().call(7, new byte[] {3});
          assertThat(ran).containsKeys((byte) 0, (byte) 3).doesNotContainKey((byte) 2);
          assertThat(there().stats().connects()).isEqualTo(1);
        });
  }
}
