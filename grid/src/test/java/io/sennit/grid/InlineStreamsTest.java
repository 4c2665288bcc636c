package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.Within;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams whose code runs on the loop, on either side and on both. */
@Timeout(60)
@Row("G-stream-inline")
class InlineStreamsTest {
  private static final int ID = 5;
  private static final int ITEM = 20_000; // a hundred of them are more than any window
  private static final int COUNT = 120;
  private static final Within LONG = Within.within(Duration.ofMinutes(1));

  /** Serves on all managers, which tells the caller's side the capacities too. */
  private static void everywhere(Place place, int in, int out, Manager.InlineStreamCode code) {
    place.managers.forEach(m -> m.registerStreamingInline(ID, in, out, code));
  }

  /** Opens and waits for the code. */
  private static <C extends InlineStream<byte[]>> Open<C> open(
      Place place, java.util.function.Function<InlineOutput<byte[]>, C> code) {
    var made = new AtomicReference<@Nullable C>();
    var done =
        place
            .from(0, 1)
            .openInline(
                ID,
                new byte[] {1},
                LONG,
                out -> {
                  var c = code.apply(out);
                  made.set(c);
                  return c;
                });
    place.until("begun", () -> made.get() != null || done.isDone());
    return new Open<>(made, done);
  }

  private record Open<C>(AtomicReference<@Nullable C> made, CompletableFuture<Void> done) {
    C code() {
      return there(made);
    }
  }

  private static <T> T there(AtomicReference<@Nullable T> holder) {
    return Objects.requireNonNull(holder.get());
  }

  private static @Nullable Throwable failure(CompletableFuture<?> done) {
    return done.handle((ok, why) -> why instanceof CompletionException w ? w.getCause() : why)
        .join();
  }

  @ParameterizedTest
  @EnumSource
  void itemsComeBackInOrder(Where where) {
    where.play(
        place -> {
          everywhere(place, 4, 4, (first, out, caller) -> new InlineEcho(out));
          var stream = open(place, out -> new InlineCode(out, COUNT, ITEM));
          place.until("ended", stream.done::isDone);
          assertThat(stream.done).isCompleted();
          assertThat(stream.code().got).hasSize(COUNT).isSorted();
          assertThat(stream.code().ends).isEqualTo(1);
          assertThat(stream.code().failures).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource
  void largeItemsTravelAmongSmallOnes(Where where) {
    where.play(
        place -> {
          everywhere(place, 4, 4, (first, out, caller) -> new InlineEcho(out));
          for (int size : new int[] {4, 200_000, 1_500_000}) {
            var stream = open(place, out -> new InlineCode(out, 9, size));
            place.until("ended", stream.done::isDone);
            assertThat(stream.code().got).hasSize(9).isSorted();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aThreadThatDoesNotReadHoldsCodeOnTheLoop(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              0,
              4,
              (first, out, caller) -> {
                var code = new InlineCode(out, COUNT, ITEM);
                server.set(code);
                return code;
              });
          place.manager(1).registerSingle(9, (request, caller) -> request);
          try (var stream = place.from(0, 1).open(ID, new byte[1])) {
            for (int i = 0; i < 20; i++) {
              place.from(0, 1).call(9, new byte[1]);
            }
            var code = there(server);
            assertThat(code.sent).isPositive().isLessThan(COUNT);
            assertThat(code.ends).isEqualTo(1); // its callers send nothing
            var got = new ArrayList<Integer>();
            stream.results(item -> got.add(InlineCode.number(item)));
            assertThat(got).hasSize(COUNT).isSorted();
            assertThat(code.failures).isEmpty();
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aThreadServesCodeOnTheLoop(Where where) {
    where.play(
        place -> {
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      ID,
                      4,
                      4,
                      (first, in, out, caller) -> {
                        for (var item : in) {
                          out.send(item);
                        }
                      }));
          var stream = open(place, out -> new InlineCode(out, COUNT, ITEM));
          place.until("ended", stream.done::isDone);
          assertThat(stream.code().got).hasSize(COUNT).isSorted();
          assertThat(stream.code().ends).isEqualTo(1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatAHandlerThrowsReachesTheCaller(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              4,
              4,
              (first, out, caller) -> {
                if (first[0] == 9) {
                  throw new java.io.IOException("refused at the door");
                }
                var code =
                    new InlineCode(out, 0, 4) {
                      @Override
                      public void writable() {
                        // sends nothing, ends nothing
                      }

                      @Override
                      public void item(byte[] item) {
                        super.item(item);
                        if (got.size() == 3) {
                          throw new IllegalStateException("three is enough");
                        }
                      }
                    };
                server.set(code);
                return code;
              });
          var stream = open(place, out -> new InlineCode(out, COUNT, ITEM));
          place.until("ended", stream.done::isDone);
          assertThat(failure(stream.done))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("three is enough");
          assertThat(stream.code().failures).hasSize(1);
          var code = there(server);
          assertThat(code.got).containsExactly(0, 1, 2);
          assertThat(code.failures).isEmpty();

          try (var refused = place.from(0, 1).open(ID, new byte[] {9})) {
            assertThatThrownBy(refused::receive)
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("refused at the door");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatTheCallersCodeThrowsEndsItsStream(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              4,
              4,
              (first, out, caller) -> {
                var code = new InlineCode(out, COUNT, ITEM);
                server.set(code);
                return code;
              });
          var stream =
              open(
                  place,
                  out ->
                      new InlineCode(out, 1, 4) {
                        @Override
                        public void item(byte[] item) {
                          super.item(item);
                          throw new IllegalStateException("not that one");
                        }
                      });
          place.until("ended", stream.done::isDone);
          assertThat(failure(stream.done))
              .isInstanceOf(CancelledException.class)
              .hasMessageContaining("not that one");
          assertThat(stream.code().got).containsExactly(0);
          assertThat(stream.code().failures).isEmpty();
          place.until("told", () -> there(server).failures.size() == 1);

          var never =
              place
                  .from(0, 1)
                  .openInline(
                      ID,
                      new byte[1],
                      LONG,
                      out -> {
                        throw new IllegalStateException("not at all");
                      });
          place.until("ended", never::isDone);
          assertThat(failure(never)).hasMessageContaining("not at all");
        });
  }

  @ParameterizedTest
  @EnumSource
  void cancellingTheFutureTellsBothSides(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              4,
              4,
              (first, out, caller) -> {
                var code = InlineCode.silent(out);
                server.set(code);
                return code;
              });
          var stream = open(place, out -> new InlineCode(out, 1, 4));
          place.until("served", () -> server.get() != null);
          stream.done.cancel(true);
          var code = there(server);
          place.until("told", () -> code.failures.size() == 1);
          place.until("told here", () -> stream.code().failures.size() == 1);
          assertThat(stream.code().failures.getFirst()).isInstanceOf(CancelledException.class);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aDeadlineEndsBothSides(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              4,
              4,
              (first, out, caller) -> {
                assertThat(caller.deadline()).isPresent();
                var code = InlineCode.silent(out);
                server.set(code);
                return code;
              });
          var made = new AtomicReference<@Nullable InlineCode>();
          var within = Within.within(Duration.ofMillis(300));
          var done =
              place
                  .from(0, 1)
                  .openInline(
                      ID,
                      new byte[1],
                      within,
                      out -> {
                        var code = InlineCode.silent(out);
                        made.set(code);
                        return code;
                      });
          place.until("done", done::isDone);
          assertThat(failure(done)).isInstanceOf(DeadlineExceededException.class);
          assertThat(there(made).failures).hasSize(1);
          place.until("told", () -> there(server).failures.size() == 1);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aLostConnectionIsToldOnce(Where where) {
    where.play(
        place -> {
          var server = new AtomicReference<@Nullable InlineCode>();
          everywhere(
              place,
              4,
              4,
              (first, out, caller) -> {
                var code = InlineCode.silent(out);
                server.set(code);
                return code;
              });
          var stream = open(place, out -> new InlineCode(out, 3, 4));
          place.until("all there", () -> server.get() != null && there(server).ends == 1);
          place.manager(1).close();
          place.until("ended", stream.done::isDone);
          assertThat(failure(stream.done)).isInstanceOf(DisconnectedException.class);
          assertThat(stream.code().failures).hasSize(1);
          var code = there(server);
          place.until("told", () -> code.failures.size() == 1);
          assertThat(code.got).containsExactly(0, 1, 2);
        });
  }

  @ParameterizedTest
  @EnumSource
  void whereItMayNotSend(Where where) {
    where.play(
        place -> {
          everywhere(
              place,
              0,
              1,
              (first, out, caller) -> {
                out.end();
                assertThatThrownBy(() -> out.trySend(new byte[1]))
                    .isInstanceOf(CancelledException.class);
                return item -> {};
              });
          var refusal = new AtomicReference<@Nullable Exception>();
          var kept = new AtomicReference<@Nullable InlineOutput<byte[]>>();
          var done =
              place
                  .from(0, 1)
                  .openInline(
                      ID,
                      new byte[1],
                      LONG,
                      out -> {
                        kept.set(out);
                        try {
                          out.trySend(new byte[1]);
                        } catch (RejectedException e) {
                          refusal.set(e);
                        }
                        return item -> {};
                      });
          place.until("ended", done::isDone);
          assertThat(done).isCompleted();
          assertThat(refusal.get()).hasMessageContaining("takes no input");
          var out = there(kept);
          assertThatThrownBy(out::end).isInstanceOf(IllegalStateException.class);
          assertThatThrownBy(() -> out.trySend(new byte[1]))
              .isInstanceOf(IllegalStateException.class);

          var unknown = place.from(0, 1).openInline(77, new byte[1], LONG, o -> item -> {});
          assertThat(failure(unknown)).isInstanceOf(UnknownHandlerException.class);
        });
  }

  @ParameterizedTest
  @EnumSource
  void manyTakeTurnsAndCallsPassThem(Where where) {
    where.play(
        place -> {
          everywhere(place, 0, 4, (first, out, caller) -> new InlineCode(out, 400, 4_000));
          place.manager(1).registerSingle(9, (request, caller) -> request);
          var ends = new AtomicInteger();
          var codes = new CopyOnWriteArrayList<InlineCode>();
          for (int i = 0; i < 8; i++) {
            place
                .from(0, 1)
                .openInline(
                    ID,
                    new byte[1],
                    LONG,
                    out -> {
                      var code = InlineCode.silent(out);
                      codes.add(code);
                      return code;
                    })
                .thenRun(ends::incrementAndGet);
          }
          for (int i = 0; i < 50; i++) {
            assertThat(place.from(0, 1).call(9, new byte[] {(byte) i})).containsExactly((byte) i);
          }
          place.until("all", () -> ends.get() == 8);
          assertThat(codes).allSatisfy(code -> assertThat(code.got).hasSize(400).isSorted());
        });
  }

  @ParameterizedTest
  @EnumSource
  void typedOnesAreTyped(Where where) {
    where.play(
        place -> {
          var squares =
              StreamHandler.of("squares", 6, Codec.INT, Codec.INT, Codec.INT)
                  .withInCapacity(4)
                  .withOutCapacity(4);
          squares.serveInline(
              place.manager(1),
              (offset, out, caller) ->
                  new InlineStream<>() {
                    @Override
                    public void item(Integer n) {
                      assertThat(out.trySend(n * n + offset)).isTrue();
                    }

                    @Override
                    public void ended() {
                      out.end();
                    }
                  });
          var got = new CopyOnWriteArrayList<Integer>();
          var done =
              squares.openInline(
                  place.from(0, 1),
                  100,
                  LONG,
                  out ->
                      new InlineStream<>() {
                        private int next = 1;

                        @Override
                        public void item(Integer n) {
                          got.add(n);
                        }

                        @Override
                        public void writable() {
                          while (next < 4 && out.trySend(next)) {
                            next++;
                          }
                          if (next == 4) {
                            out.end();
                          }
                        }
                      });
          place.until("ended", done::isDone);
          assertThat(done).isCompleted();
          assertThat(got).containsExactly(101, 104, 109);
        });
  }
}
