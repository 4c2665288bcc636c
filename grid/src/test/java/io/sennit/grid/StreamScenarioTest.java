package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Streams: items both ways, their end, and giving them up. */
abstract class StreamScenarioTest extends ScenarioTest {
  private final StreamHandler<Ask, Ask, Told> typedStream =
      StreamHandler.of(
          "typedStream", 41, Codec.of(Ask.class), Codec.of(Ask.class), Codec.of(Told.class));

  StreamScenarioTest(Ground ground) {
    super(ground);
  }

  @Test
  @Row({"G-T8", "G-stream", "G-caller"})
  void t8PingPongOnAStream() {
    with(
        2,
        () -> {
          var names = new CopyOnWriteArrayList<String>();
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                names.add(caller.name());
                for (var item : in) {
                  out.send(bytes(new String(first, UTF_8) + new String(item, UTF_8)));
                }
              });
          try (var stream = place.from(0, 1).open(5, bytes("p"))) {
            for (int i = 0; i < 11; i++) {
              stream.send(bytes("" + i));
              assertThat(new String(stream.receive().orElseThrow(), UTF_8)).isEqualTo("p" + i);
            }
            stream.endInput();
            assertThat(stream.receive()).isEmpty();
            assertThat(stream.receive()).isEmpty();
            assertThat(stream.error()).isEmpty();
            place.until("done", () -> stream.done().isDone());
            assertThat(stream.done()).isCompleted();
          }
          assertThat(names).containsExactly(place.manager(0).hostName());
        });
  }

  @Test
  @Row("G-T9")
  void t9CancelOneWay() {
    with(2, () -> cancelled(0, false));
  }

  @Test
  @Row("G-T9")
  void t9CancelTwoWay() {
    with(2, () -> cancelled(1, false));
  }

  @Test
  @Row("G-T9")
  void t9CancelWithRequestsQueued() {
    with(2, () -> cancelled(1, true));
  }

  private void cancelled(int in, boolean full) {
    var stopped = endless(5, in);
    var stream = place.from(0, 1).open(5, bytes("p"));
    assertThat(stream.receive()).hasValue(bytes("on"));
    if (full) {
      place.until("the queue to be full", () -> !stream.trySend(new byte[ITEM]));
      var sender = new AtomicReference<Throwable>();
      place.spawn("sender", () -> sender.set(catchThrowable(() -> stream.send(bytes("more")))));
      stream.cancel();
      place.until("the sender to be freed", () -> sender.get() != null);
      assertThat(sender.get()).isInstanceOf(CancelledException.class);
    } else {
      stream.cancel();
    }
    assertThatThrownBy(stream::receive).isInstanceOf(CancelledException.class);
    place.until("the handler to be stopped", stopped::hasRung);
    assertThat(stream.error()).containsInstanceOf(CancelledException.class);
  }

  @Test
  @Row("G-T10")
  void t10DeadlineOfAStream() {
    for (int in : new int[] {0, 1}) {
      int id = 5 + in;
      with2(
          () -> {
            var stopped = endless(id, in);
            var stream = place.from(0, 1).open(id, bytes("p"), within(Duration.ofMillis(50)));
            assertThatThrownBy(() -> stream.results(item -> {}))
                .isInstanceOf(DeadlineExceededException.class);
            place.until("the handler to be stopped", stopped::hasRung);
          });
    }
  }

  /** The original keeps caller and subroute under one key: a subrouted handler loses its caller. */
  @Test
  @Row({"G-T13", "G-T14", "G-W13", "G-stream-handler"})
  void t13t14TypedStreamsWithAndWithoutSubroute() {
    with(
        2,
        () -> {
          var routes = new CopyOnWriteArrayList<String>();
          StreamHandler.Code<Ask, Ask, Told> code =
              (first, in, out, caller) -> {
                routes.add(caller.subroute().orElse("") + "|" + caller.name());
                for (var ask : in) {
                  out.send(new Told(ask.num() + first.num(), first.string(), ask));
                }
              };
          typedStream.serve(place.manager(1), code);
          typedStream.serve(place.manager(1), code, "subroute", "1");
          for (var peer :
              List.<Requester>of(
                  place.from(0, 1), place.from(0, 1).subroute("subroute").subroute("1"))) {
            try (var stream = typedStream.open(peer, new Ask(100, "first"))) {
              for (int i = 0; i < 10; i++) {
                var ask = new Ask(i, "n" + i);
                stream.send(ask);
                assertThat(stream.receive()).hasValue(new Told(100 + i, "first", ask));
              }
              stream.endInput();
              assertThat(stream.receive()).isEmpty();
            }
          }
          var name = place.manager(0).hostName();
          assertThat(routes).containsExactly("|" + name, "subroute/1|" + name);
        });
  }

  @Test
  @Row("G-T15")
  void t15CancelWhileTheConsumerBlocks() {
    with(
        2,
        () -> {
          var stopped = place.new Bell();
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                try {
                  while (true) {
                    out.send(new byte[ITEM]);
                  }
                } finally {
                  stopped.ring();
                }
              });
          var inside = place.new Bell();
          var go = place.new Bell();
          var how = new AtomicReference<Throwable>();
          var stream = place.from(0, 1).open(5, bytes("p"));
          place.spawn(
              "consumer",
              () ->
                  how.set(
                      catchThrowable(
                          () ->
                              stream.results(
                                  item -> {
                                    inside.ring();
                                    try {
                                      go.await();
                                    } catch (InterruptedException e) {
                                      throw new IllegalStateException(e);
                                    }
                                  }))));
          place.until("the consumer to block", inside::hasRung);
          stream.cancel();
          place.until("the handler to be stopped", stopped::hasRung);
          go.ring();
          place.until("the consumer to end", () -> how.get() != null);
          assertThat(how.get()).isInstanceOf(CancelledException.class);
        });
  }

  @Test
  @Row("G-stream-error")
  void aStreamsErrorTextComesWholeHoweverLong() {
    var huge = "x".repeat(100_000) + "!";
    with(
        2,
        () -> {
          everywhere(
              5,
              0,
              1,
              (first, in, out, caller) -> {
                throw RemoteErrors.of(huge);
              });
          var stream = place.from(0, 1).open(5, bytes("p"));
          assertThatThrownBy(stream::receive)
              .isInstanceOfSatisfying(
                  RemoteException.class,
                  e -> {
                    assertThat(e.text()).isEqualTo(huge);
                    assertThat(e.outcome()).isEqualTo(Outcome.RAN);
                  });
        });
  }

  @Test
  @Row("G-send-after-end")
  void anItemAfterTheEndIsRefusedHereAndHarmsNothing() {
    with(
        2,
        () -> {
          everywhere(
              5,
              4,
              4,
              (first, in, out, caller) -> {
                for (var item : in) {
                  out.send(item);
                }
                out.send(bytes("last"));
              });
          for (int i = 0; i < 20; i++) {
            try (var stream = place.from(0, 1).open(5, bytes("p"))) {
              stream.send(bytes("a"));
              stream.endInput();
              assertThatThrownBy(() -> stream.send(bytes("b"))).isInstanceOf(SennitException.class);
              assertThat(stream.trySend(bytes("b"))).isFalse();
              stream.endInput();
              var got = new ArrayList<String>();
              stream.results(item -> got.add(new String(item, UTF_8)));
              assertThat(got).containsExactly("a", "last");
              stream.endInput();
            }
          }
        });
  }

  /** The original drops an empty item uncounted, and the next one is out of sequence. */
  @Test
  @Row({"G-empty-items", "G-W6"})
  void w6EmptyItemsAreItems() {
    with(
        2,
        () -> {
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                for (var item : in) {
                  out.send(item);
                }
              });
          try (var stream = place.from(0, 1).open(5, new byte[0])) {
            for (int i = 0; i < 5; i++) {
              stream.send(new byte[0]);
              assertThat(stream.receive()).hasValue(new byte[0]);
            }
            stream.endInput();
            assertThat(stream.receive()).isEmpty();
          }
        });
  }

  @Test
  @Row("G-consumer-throws")
  void aConsumerThatThrowsCancelsTheStream() {
    with(
        2,
        () -> {
          var stopped = endless(5, 0);
          var stream = place.from(0, 1).open(5, bytes("p"));
          assertThatThrownBy(
                  () ->
                      stream.results(
                          item -> {
                            throw new IllegalStateException("mine");
                          }))
              .isInstanceOf(IllegalStateException.class)
              .hasMessage("mine");
          place.until("the handler to be stopped", stopped::hasRung);
        });
  }
}
