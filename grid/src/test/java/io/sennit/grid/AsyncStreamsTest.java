package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.CancelledException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams for callers that do not wait: futures, and a publisher. */
@Timeout(60)
@Row("G-stream-async")
class AsyncStreamsTest {
  private static final int ID = 5;
  private static final int ITEM = 20_000; // a hundred of them are more than any window
  private static final int COUNT = 120;

  private static byte[] numbered(int i) {
    return numbered(i, ITEM);
  }

  private static byte[] numbered(int i, int size) {
    return ByteBuffer.allocate(size).putInt(i).array();
  }

  private static int number(byte[] item) {
    return ByteBuffer.wrap(item).getInt();
  }

  private static void everywhere(Place place, int in, int out, Manager.StreamCode code) {
    place.managers.forEach(m -> m.registerStreaming(ID, in, out, code));
  }

  private static void echo(Place place) {
    everywhere(
        place,
        4,
        4,
        (first, in, out, caller) -> {
          for (var item : in) {
            out.send(item);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void itemsKeepTheirOrderBothWays(Where where) {
    where.play(
        place -> {
          echo(place);
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            var sent = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < COUNT; i++) {
              sent.add(stream.sendAsync(numbered(i)));
            }
            assertThat(sent.getLast()).as("there is no credit for it yet").isNotDone();
            var end = stream.endInputAsync();
            var got = new ArrayList<Integer>();
            for (int i = 0; i <= COUNT; i++) {
              var next = stream.receiveAsync();
              place.until("an item or the end", next::isDone);
              next.join().ifPresent(item -> got.add(number(item)));
            }
            assertThat(got).hasSize(COUNT).isSorted().doesNotHaveDuplicates();
            assertThat(sent).allMatch(CompletableFuture::isDone);
            assertThat(end).isCompleted();
            var again = stream.receiveAsync();
            place.until("the end stays the end", again::isDone);
            assertThat(again.join()).isEmpty();
            assertThat(catchThrowable(() -> stream.sendAsync(numbered(0)).join()))
                .hasCauseInstanceOf(CancelledException.class);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void oneWhoWaitsSendsBehindThoseWhoDidNot(Where where) {
    where.play(
        place -> {
          var go = place.new Bell();
          everywhere(
              place,
              4,
              1,
              (first, in, out, caller) -> {
                go.await();
                int expected = 0;
                for (var item : in) {
                  if (number(item) != expected++) {
                    throw new IllegalStateException(number(item) + ", not " + (expected - 1));
                  }
                }
                out.send(numbered(expected));
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            for (int i = 0; i < COUNT; i++) {
              stream.sendAsync(numbered(i));
            }
            var waits =
                place.spawn(
                    "waits",
                    () -> {
                      stream.send(numbered(COUNT));
                      stream.endInput();
                    });
            go.ring();
            assertThat(number(stream.receive().orElseThrow())).isEqualTo(COUNT + 1);
            assertThat(stream.receive()).isEmpty();
            place.until("sent", waits::isDone);
          }
        });
  }

  /** Credit taken by an item that was queued behind another stopped the stream (grid B1). */
  @ParameterizedTest
  @EnumSource
  void sendingBothWaysInTurnNeverStops(Where where) {
    where.play(
        place -> {
          everywhere(
              place,
              1,
              1,
              (first, in, out, caller) -> {
                int expected = 0;
                for (var item : in) {
                  if (number(item) != expected++) {
                    throw new IllegalStateException(number(item) + ", not " + (expected - 1));
                  }
                }
                out.send(numbered(expected));
              });
          for (int size : new int[] {ITEM, 1 << 20}) {
            try (var stream = place.from(0, 1).open(ID, new byte[1])) {
              var all = new ArrayList<CompletableFuture<Void>>();
              var sender =
                  place.spawn(
                      "sender",
                      () -> {
                        for (int i = 0; i < 30; i += 3) {
                          all.add(stream.sendAsync(numbered(i, size)));
                          all.add(stream.sendAsync(numbered(i + 1, size)));
                          stream.send(numbered(i + 2, size));
                        }
                        stream.endInput();
                      });
              place.until("all of " + size + " sent", sender::isDone);
              assertThat(number(stream.receive().orElseThrow())).isEqualTo(30);
              assertThat(stream.receive()).isEmpty();
              assertThat(all).allMatch(f -> f.isDone() && !f.isCompletedExceptionally());
            }
          }
        });
  }

  /** Many threads that wait, many that do not, on one stream: each one's items keep their order. */
  @ParameterizedTest
  @EnumSource
  void manySendersOfBothKinds(Where where) {
    where.play(
        place -> {
          int senders = 6;
          int each = 60;
          everywhere(
              place,
              2,
              1,
              (first, in, out, caller) -> {
                var next = new int[senders];
                for (var item : in) {
                  int who = number(item) / each;
                  if (number(item) % each != next[who]++) {
                    throw new IllegalStateException("out of order: " + number(item));
                  }
                }
                out.send(numbered(java.util.Arrays.stream(next).sum()));
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            var all = new ArrayList<java.util.concurrent.Future<?>>();
            for (int s = 0; s < senders; s++) {
              int me = s;
              all.add(
                  place.spawn(
                      "sender " + s,
                      () -> {
                        for (int i = 0; i < each; i++) {
                          var item = numbered(me * each + i, 3_000 + 400 * me);
                          if (me % 2 == 0 || i % 7 == 0) {
                            stream.send(item);
                          } else {
                            stream.sendAsync(item);
                          }
                        }
                      }));
            }
            place.until(
                "all sent", () -> all.stream().allMatch(java.util.concurrent.Future::isDone));
            stream.endInputAsync();
            assertThat(number(stream.receive().orElseThrow())).isEqualTo(senders * each);
            assertThat(stream.receive()).isEmpty();
          }
        });
  }

  /**
   * Two threads take credit, the later one more than is left, and its item comes first: that is no
   * breach, though the first item then comes without credit.
   */
  @ParameterizedTest
  @EnumSource
  void creditMayBeTakenInAnotherOrderThanItemsTravel(Where where) {
    where.play(
        place -> {
          everywhere(
              place,
              30,
              1,
              (first, in, out, caller) -> {
                int n = 0;
                for (var item : in) {
                  n++;
                }
                out.send(numbered(n));
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            for (int i = 0; i < 15; i++) {
              stream.sendAsync(numbered(i, 900_000)); // takes its credit when it comes to the loop
              stream.send(numbered(i, 10)); // takes its own at once
            }
            stream.endInput();
            assertThat(number(stream.receive().orElseThrow())).isEqualTo(30);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void theEndCompletesAllWhoAsked(Where where) {
    where.play(
        place -> {
          var go = place.new Bell();
          everywhere(
              place,
              4,
              4,
              (first, in, out, caller) -> {
                go.await();
                out.send(numbered(1));
                throw new IllegalStateException("no more");
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            var takes = List.of(stream.receiveAsync(), stream.receiveAsync());
            var sends = new ArrayList<CompletableFuture<Void>>();
            for (int i = 0; i < COUNT; i++) {
              sends.add(stream.sendAsync(numbered(i)));
            }
            go.ring();
            place.until("all over", () -> takes.getLast().isDone() && sends.getLast().isDone());
            assertThat(number(takes.getFirst().join().orElseThrow())).isEqualTo(1);
            assertThat(catchThrowable(takes.getLast()::join))
                .hasCauseInstanceOf(RemoteException.class)
                .hasMessageContaining("no more");
            assertThat(sends).allMatch(CompletableFuture::isDone);
            assertThat(sends.getLast()).isCompletedExceptionally();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aTakeGivenUpLosesNothingAndOneTooManyIsRefused(Where where) {
    where.play(
        place -> {
          var go = place.new Bell();
          everywhere(
              place,
              0,
              4,
              (first, in, out, caller) -> {
                go.await();
                for (int i = 0; i < 10; i++) {
                  out.send(numbered(i));
                }
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            var takes = new ArrayList<CompletableFuture<Optional<byte[]>>>();
            for (int i = 0; i < 1025; i++) {
              takes.add(stream.receiveAsync());
            }
            place.until("the last is refused", takes.getLast()::isDone);
            assertThat(catchThrowable(takes.getLast()::join))
                .hasCauseInstanceOf(RejectedException.class);
            for (var take : takes) {
              take.cancel(true);
            }
            go.ring();
            for (int i = 0; i < 10; i++) {
              assertThat(number(stream.receive().orElseThrow())).isEqualTo(i);
            }
            assertThat(stream.receive()).isEmpty();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aSubscriberHoldsTheSender(Where where) {
    where.play(
        place -> {
          var sent = new AtomicInteger();
          everywhere(
              place,
              0,
              4,
              (first, in, out, caller) -> {
                for (int i = 0; i < COUNT; i++) {
                  out.send(numbered(i));
                  sent.incrementAndGet();
                }
              });
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            var got = new Collector<byte[]>();
            var publisher = stream.publisher();
            publisher.subscribe(got);
            assertThat(got.items).isEmpty();
            got.subscription().request(3);
            place.until("three", () -> got.items.size() == 3);
            place.until("held", () -> sent.get() >= 4);
            assertThat(sent).hasValueLessThan(COUNT);
            var second = new Collector<byte[]>();
            publisher.subscribe(second);
            assertThat(second.failure).isInstanceOf(IllegalStateException.class);
            got.subscription().request(Long.MAX_VALUE);
            place.until("complete", () -> got.complete);
            assertThat(got.items).hasSize(COUNT).map(AsyncStreamsTest::number).isSorted();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aSubscriberThatCancelsStopsTheHandler(Where where) {
    where.play(
        place -> {
          var stopped = place.new Bell();
          var numbers =
              StreamHandler.of("numbers", 6, Codec.INT, Codec.INT, Codec.INT).withOutCapacity(4);
          numbers.serve(
              place.manager(1),
              (from, in, out, caller) -> {
                try {
                  for (int i = from; ; i++) {
                    out.send(i);
                  }
                } catch (CancelledException e) {
                  stopped.ring();
                }
              });
          var stream = numbers.open(place.from(0, 1), 100);
          var got = new Collector<Integer>();
          stream.publisher().subscribe(got);
          got.subscription().request(2);
          place.until("two", () -> got.items.size() == 2);
          got.subscription().cancel();
          got.subscription().request(5);
          place.until("stopped", stopped::hasRung);
          assertThat(got.items).containsExactly(100, 101);
          assertThat(got.complete).isFalse();
          assertThat(got.failure).isNull();

          var wrong = new Collector<Integer>();
          numbers.open(place.from(0, 1), 1).publisher().subscribe(wrong);
          wrong.subscription().request(0);
          assertThat(wrong.failure).isInstanceOf(IllegalArgumentException.class);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aSubscriberThatThrowsGetsNoMore(Where where) {
    where.play(
        place -> {
          var stopped = place.new Bell();
          everywhere(
              place,
              0,
              4,
              (first, in, out, caller) -> {
                try {
                  while (true) {
                    out.send(new byte[ITEM]);
                  }
                } catch (CancelledException e) {
                  stopped.ring();
                }
              });
          var got =
              new Collector<byte[]>() {
                @Override
                public void onNext(byte[] item) {
                  super.onNext(item);
                  throw new IllegalStateException("a subscriber's own mistake");
                }
              };
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            stream.publisher().subscribe(got);
            got.subscription().request(10);
            place.until("stopped", stopped::hasRung);
            assertThat(got.items).hasSize(1);
            assertThat(got.complete).isFalse();
            assertThat(got.failure).isNull();
          }
        });
  }

  private static class Collector<T> implements Flow.Subscriber<T> {
    final List<T> items = new CopyOnWriteArrayList<>();
    private volatile Flow.@org.jspecify.annotations.Nullable Subscription subscription;
    volatile @org.jspecify.annotations.Nullable Throwable failure;
    volatile boolean complete;

    Flow.Subscription subscription() {
      return java.util.Objects.requireNonNull(subscription);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(T item) {
      items.add(item);
    }

    @Override
    public void onError(Throwable why) {
      failure = why;
    }

    @Override
    public void onComplete() {
      complete = true;
    }
  }
}
