package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.CancelledException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import io.sennit.core.loop.Backoff;
import io.sennit.testkit.Row;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the grid does for its users, the same in every world. After each, all tables are empty. */
@Timeout(90)
@Row("G-T18")
abstract class ScenarioTest {
  private static final int ITEM = 20_000; // 100 of them are more than any window

  /** What is asked, typed. */
  record Ask(int num, String string) {}

  /** What is answered, typed. */
  record Told(int orgNum, String orgString, Ask embedded) {}

  private final SingleHandler<Ask, Told> typed =
      SingleHandler.of("typed", 40, Codec.of(Ask.class), Codec.of(Told.class));
  private final StreamHandler<Ask, Ask, Told> typedStream =
      StreamHandler.of(
          "typedStream", 41, Codec.of(Ask.class), Codec.of(Ask.class), Codec.of(Told.class));

  private Place place = none();

  abstract Place place();

  ManagerBuilder taste(ManagerBuilder builder) {
    return builder;
  }

  boolean extended() {
    return true;
  }

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

  /** Two nodes or more, the scenario, and then nothing left. */
  private void with(int nodes, Runnable scenario) {
    place.run(
        () -> {
          place.mesh(nodes, this::taste);
          scenario.run();
          place.awaitEmpty();
        });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] numbered(int i, int size) {
    return ByteBuffer.allocate(size).putInt(i).array();
  }

  private static int number(byte[] item) {
    return ByteBuffer.wrap(item).getInt();
  }

  private void everywhere(int id, int in, int out, Manager.StreamCode code, String... route) {
    place.managers.forEach(m -> m.registerStreaming(id, in, out, code, route));
  }

  // --- single calls

  @Test
  @Row("G-T1")
  void t1EchoOverTheMesh() {
    with(
        3,
        () -> {
          place.managers.forEach(m -> m.registerSingle(7, (request, caller) -> request));
          for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
              if (a != b) {
                var text = bytes(a + " to " + b);
                assertThat(place.from(a, b).call(7, text)).isEqualTo(text);
                assertThat(Payload.isAbsent(place.from(a, b).call(7, new byte[0]))).isTrue();
              }
            }
          }
        });
  }

  @Test
  @Row({"G-T2", "G-T4", "G-remote-error"})
  void t2t4ErrorTextsComeBackWhole() {
    var long1 = "e".repeat(1024);
    var huge = "ü".repeat(50_000);
    with(
        2,
        () -> {
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    throw RemoteErrors.of(new String(request, UTF_8));
                  });
          for (var text : List.of("boom", long1, huge)) {
            assertThatThrownBy(() -> place.from(0, 1).call(7, bytes(text)))
                .isInstanceOfSatisfying(
                    RemoteException.class,
                    e -> {
                      assertThat(e.text()).isEqualTo(text);
                      assertThat(e.outcome()).isEqualTo(Outcome.RAN);
                      assertThat(RemoteErrors.text(e)).contains(text);
                    });
          }
        });
  }

  @Test
  @Row("G-T3")
  void t3BigPayloads() {
    with(
        2,
        () -> {
          place.manager(1).registerSingle(7, (request, caller) -> request);
          place.manager(1).registerSingleInline(8, (request, caller) -> request);
          for (int size : new int[] {1 << 20, 32 << 10, (32 << 10) + 1, 61_440, 5 << 20}) {
            assertThat(place.from(0, 1).call(7, random(size))).isEqualTo(random(size));
            assertThat(place.from(0, 1).call(8, random(size))).isEqualTo(random(size));
          }
        });
  }

  @Test
  @Row("G-T5")
  void t5UnknownHandlers() {
    with(
        2,
        () -> {
          assertThatThrownBy(() -> place.from(0, 1).call(9, bytes("x")))
              .isInstanceOfSatisfying(
                  RemoteException.class,
                  e -> {
                    assertThat(e.text()).contains("unknown mux handler").contains("9");
                    assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
                  });
          assertThatThrownBy(() -> place.from(0, 1).call(0, bytes("x")))
              .isInstanceOf(UnknownHandlerException.class);
          assertThatThrownBy(() -> place.from(0, 1).open(9, bytes("x")))
              .isInstanceOf(UnknownHandlerException.class);
          place.manager(0).registerStreaming(9, 1, 1, (first, in, out, caller) -> {});
          var stream = place.from(0, 1).open(9, bytes("x"));
          assertThatThrownBy(stream::receive)
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("unknown mux handler");
        });
  }

  @Test
  @Row({"G-T6", "G-single-handler"})
  void t6TypedSingle() {
    with(
        2,
        () -> {
          typed.serve(
              place.manager(1),
              (ask, caller) -> {
                if (ask.num() < 0) {
                  throw RemoteErrors.of("negative: %d", ask.num());
                }
                return new Told(ask.num(), ask.string(), ask);
              });
          var ask = new Ask(7, "seven");
          assertThat(typed.call(place.from(0, 1), ask)).isEqualTo(new Told(7, "seven", ask));
          assertThatThrownBy(() -> typed.call(place.from(0, 1), new Ask(-1, "")))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("negative: -1");
        });
  }

  @Test
  @Row("G-subroute-single")
  void subroutesAreLookedUpByThemselvesOnly() {
    with(
        2,
        () -> {
          place.manager(1).registerSingle(7, (request, caller) -> bytes("plain"));
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) ->
                      bytes(caller.subroute().orElse("none") + " " + caller.name()),
                  "a",
                  "b");
          var route = place.from(0, 1).subroute("a").subroute("b");
          assertThat(new String(route.call(7, bytes("x")), UTF_8))
              .isEqualTo("a/b " + place.manager(0).hostName());
          assertThatThrownBy(() -> place.from(0, 1).subroute("a").call(7, bytes("x")))
              .isInstanceOf(RemoteException.class);
          assertThat(new String(place.from(0, 1).call(7, bytes("x")), UTF_8)).isEqualTo("plain");
        });
  }

  /** In the original a handler learns nothing of its caller's deadline and runs on. */
  @Test
  @Row({"G-call-deadline", "G-W15"})
  void aCallEndsAtItsDeadlineAndItsHandlerIsToldToStop() {
    with(
        2,
        () -> {
          var stopped = place.new Bell();
          var never = place.new Bell();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      assertThat(caller.isCancelled()).isTrue();
                      stopped.ring();
                    }
                    return request;
                  });
          assertThatThrownBy(
                  () -> place.from(0, 1).call(7, bytes("x"), within(Duration.ofMillis(50))))
              .isInstanceOfSatisfying(
                  DeadlineExceededException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
          place.until("the handler to be interrupted", stopped::hasRung);
        });
  }

  /** In the original a single call cannot be cancelled: its handler runs to its end for nobody. */
  @Test
  @Row("G-W15")
  void w15AnInterruptedCallerEndsItsCallAndItsHandler() {
    with(
        2,
        () -> {
          var began = place.new Bell();
          var stopped = place.new Bell();
          var never = place.new Bell();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    began.ring();
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      stopped.ring();
                    }
                    return request;
                  });
          var seen = new AtomicReference<Throwable>();
          var marked = new AtomicReference<Boolean>();
          var caller =
              place.spawn(
                  "caller",
                  () -> {
                    seen.set(catchThrowable(() -> place.from(0, 1).call(7, bytes("x"))));
                    marked.set(Thread.currentThread().isInterrupted());
                  });
          place.until("the handler to run", began::hasRung);
          caller.cancel(true);
          place.until("the caller to be freed", () -> marked.get() != null);
          assertThat(seen.get()).isInstanceOf(CancelledException.class);
          assertThat(marked.get()).isTrue();
          if (extended()) {
            place.until("the handler to be interrupted", stopped::hasRung);
          } else {
            never.ring();
          }
        });
  }

  // --- streams

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

  /** A handler that works until it is told to stop, and says so. */
  private Place.Bell endless(int id, int in) {
    var stopped = place.new Bell();
    var never = place.new Bell();
    everywhere(
        id,
        in,
        1,
        (first, input, out, caller) -> {
          try {
            out.send(bytes("on"));
            never.await();
          } catch (InterruptedException | CancelledException e) {
            assertThat(caller.isCancelled()).isTrue();
          } finally {
            stopped.ring();
          }
        });
    return stopped;
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

  /** On the mesh that may stand already. */
  private void with2(Runnable scenario) {
    if (place.managers.isEmpty()) {
      with(2, scenario);
    } else {
      place.run(
          () -> {
            scenario.run();
            place.awaitEmpty();
          });
    }
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
  @Row({"G-T16", "G-mux-liveness"})
  void t16WithoutAnswersToPingsAStreamEnds() {
    for (int in : new int[] {0, 1}) {
      int id = 5 + in;
      pinging();
      place.run(
          () -> {
            var stopped = endless(id, in);
            var release = place.new Bell();
            var stream = place.from(0, 1).open(id, bytes("p"));
            assertThat(stream.receive()).hasValue(bytes("on"));
            deaf(release);
            assertThatThrownBy(stream::receive).isInstanceOf(DisconnectedException.class);
            release.ring();
            place.until("the handler to be stopped", stopped::hasRung);
            hear();
          });
    }
  }

  private void pinging() {
    if (place.managers.isEmpty()) {
      place.run(() -> place.mesh(2, b -> taste(b).muxPing(place.tick())));
    }
  }

  private io.sennit.sim.@org.jspecify.annotations.Nullable Fault fault;

  /** Node 1 takes nothing in until the bell: its loop is stopped, or what comes to it is held. */
  private void deaf(Place.Bell release) {
    if (place instanceof SimPlace sim) {
      fault = sim.simulation().faults().clog("n0", "n1");
      return;
    }
    var registered =
        place
            .manager(1)
            .registerSingleInline(
                99,
                (request, caller) -> {
                  while (!release.hasRung()) {
                    Thread.onSpinWait();
                  }
                  return request;
                });
    place.spawn(
        "stopper",
        () -> {
          place.from(0, 1).call(99, bytes("stop"));
          registered.close();
        });
  }

  private void hear() {
    var one = fault;
    if (one != null) {
      one.heal();
      place.until(
          "calls to pass again",
          () -> {
            var why = catchThrowable(() -> place.from(0, 1).call(77, bytes("x")));
            return why instanceof RemoteException;
          });
    }
  }

  /** The older original never pings two-way streams: its servers end quiet ones after a minute. */
  @Test
  @Row({"G-T17", "G-W7"})
  void t17w7PingsKeepQuietAndBlockedStreamsAlive() {
    pinging();
    place.run(
        () -> {
          var stopped = new AtomicInteger();
          Manager.StreamCode code =
              (first, in, out, caller) -> {
                try {
                  if (first[0] == 1) {
                    while (true) {
                      out.send(new byte[ITEM]);
                    }
                  }
                  for (var item : in) {
                    assertThat(item).isNotNull();
                  }
                  place.new Bell().await();
                } catch (InterruptedException | SennitException e) {
                  stopped.incrementAndGet();
                }
              };
          everywhere(5, 1, 1, code);
          everywhere(6, 0, 1, code);
          var open = new ArrayList<GridStream>();
          for (int kind = 0; kind < 4; kind++) { // bit 0: responses blocked, bit 1: requests flow
            var stream = place.from(0, 1).open(5, new byte[] {(byte) (kind & 1)});
            open.add(stream);
            if ((kind & 2) != 0) {
              place.spawn(
                  "requests",
                  () -> {
                    try {
                      while (true) {
                        stream.send(bytes("r"));
                        place.pass(place.tick().dividedBy(10));
                      }
                    } catch (SennitException e) {
                      // the stream was cancelled at last
                    }
                  });
            }
          }
          open.add(place.from(0, 1).open(6, new byte[] {0}));
          open.add(place.from(0, 1).open(6, new byte[] {1}));
          // Unpinged, a caller's stream ends after two of these and a server's after four.
          place.pass(place.tick().multipliedBy(7));
          assertThat(open).allSatisfy(s -> assertThat(s.error()).isEmpty());
          assertThat(stopped).hasValue(0);
          open.forEach(GridStream::cancel);
          place.until("all handlers to be stopped", () -> stopped.get() == 6);
          place.awaitEmpty();
        });
  }

  /** In the original a stream whose connection was reset can look as if it had ended cleanly. */
  @Test
  @Row({"G-T19", "G-W5", "G-reconnect"})
  void t19w5KilledSocketsEndCallsAndStreamsAndTheConnectionComesBack() {
    with(
        2,
        () -> {
          var never = place.new Bell();
          var began = new AtomicInteger();
          var stopped = new AtomicInteger();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    began.incrementAndGet();
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      stopped.incrementAndGet();
                    }
                    return request;
                  });
          everywhere(
              5,
              0,
              1,
              (first, in, out, caller) -> {
                began.incrementAndGet();
                try {
                  out.send(bytes("one"));
                  never.await();
                } catch (InterruptedException e) {
                  stopped.incrementAndGet();
                }
              });
          var how = new AtomicReference<Throwable>();
          place.spawn(
              "caller", () -> how.set(catchThrowable(() -> place.from(0, 1).call(7, bytes("x")))));
          var stream = place.from(0, 1).open(5, bytes("p"));
          place.until("both to run", () -> began.get() == 2);
          assertThat(stream.receive()).hasValue(bytes("one"));
          place.cut(0, 1);
          place.until("the call to end", () -> how.get() != null);
          assertThat(how.get())
              .isInstanceOfSatisfying(
                  DisconnectedException.class,
                  e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
          assertThatThrownBy(stream::receive).isInstanceOf(DisconnectedException.class);
          place.until("both handlers to be interrupted", () -> stopped.get() == 2);
          place.until(
              "a new connection",
              () ->
                  place.from(0, 1).stats().connects() >= 2
                      && place.from(0, 1).state() == State.CONNECTED);
          place.manager(1).registerSingle(8, (request, caller) -> request);
          assertThat(place.from(0, 1).call(8, bytes("again"))).isEqualTo(bytes("again"));
        });
  }

  // --- edges

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
  @Row("G-callbacks")
  void aCallbackThatThrowsHarmsNobody() {
    with(
        2,
        () -> {
          var never = place.new Bell();
          place.manager(1).registerSingle(7, (request, caller) -> request);
          place
              .manager(1)
              .registerSingle(
                  8,
                  (request, caller) -> {
                    never.await();
                    return request;
                  });
          place
              .from(0, 1)
              .watch(
                  state -> {
                    throw new IllegalStateException("a watcher's");
                  });
          var told = new AtomicInteger();
          var rude =
              new Reply() {
                @Override
                public void ok(byte[] answer) {
                  told.incrementAndGet();
                  throw new IllegalStateException("a user's");
                }

                @Override
                public void failed(SennitException why) {
                  told.incrementAndGet();
                  throw new AssertionError("a user's");
                }
              };
          place.from(0, 1).call(7, bytes("x"), within(Duration.ofSeconds(20)), rude);
          place.until("the answer", () -> told.get() == 1);
          assertThat(place.from(0, 1).call(7, bytes("y"))).isEqualTo(bytes("y"));
          assertThat(place.from(0, 1).stats().connects()).isEqualTo(1);
          for (int i = 0; i < 10; i++) {
            place.from(0, 1).call(8, bytes("x"), within(Duration.ofSeconds(60)), rude);
          }
          place.until("all to run", () -> place.from(1, 0).stats().runningHandlers() == 10);
          place.cut(0, 1);
          place.until("all ten to fail", () -> told.get() == 11);
          place.until("a new connection", () -> place.from(0, 1).state() == State.CONNECTED);
          assertThat(place.from(0, 1).call(7, bytes("z"))).isEqualTo(bytes("z"));
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

  /** In the original a full queue, a lock and a reconnect deadlock, and took four fixes. */
  @Test
  @Row("G-W3")
  void w3ManyCutsWhileQueuesAreFull() {
    place.run(
        () -> {
          var soon = new Backoff(Duration.ofMillis(50), Duration.ofMillis(200));
          place.mesh(2, b -> taste(b).queueBytes(128 << 10).backoff(soon, Duration.ofSeconds(5)));
          var ran = new AtomicInteger();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    ran.incrementAndGet();
                    return request;
                  });
          everywhere(
              5,
              1,
              1,
              (first, in, out, caller) -> {
                for (var item : in) {
                  out.send(item);
                }
              });
          var open = new AtomicInteger();
          var stop = place.new Bell();
          for (int i = 0; i < 8; i++) {
            int n = i;
            open.incrementAndGet();
            place.spawn(
                "caller",
                () -> {
                  while (!stop.hasRung()) {
                    try {
                      if (n % 2 == 0) {
                        place.from(0, 1).call(7, new byte[300_000], within(Duration.ofSeconds(5)));
                      } else {
                        try (var stream = place.from(0, 1).open(5, bytes("p"))) {
                          for (int k = 0; k < 5; k++) {
                            stream.send(new byte[100_000]);
                            stream.receive();
                          }
                        }
                      }
                    } catch (SennitException e) {
                      place.pass(Duration.ofMillis(5));
                    }
                  }
                  open.decrementAndGet();
                });
          }
          for (int i = 0; i < 5; i++) {
            place.pass(Duration.ofMillis(50));
            place.cut(0, 1);
            int before = ran.get();
            place.until("calls to go on", () -> ran.get() > before + 2);
          }
          stop.ring();
          place.until("all to end", () -> open.get() == 0);
          place.awaitEmpty();
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
                  RemoteException.class,
                  e -> {
                    assertThat(e.text()).contains("busy");
                    assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN);
                  });
          assertThatThrownBy(() -> place.from(0, 1).open(5, bytes("x")).receive())
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("busy");
          go.ring();
          place.until("the three", () -> answers.get() == 3);
          place.awaitEmpty();
        });
  }

  @Test
  @Row("G-handler-throws")
  void whatHandlersThrowIsTold() {
    with(
        2,
        () -> {
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    throw new IllegalStateException("broken");
                  });
          place
              .manager(1)
              .registerSingleInline(
                  8,
                  (request, caller) -> {
                    throw new StackOverflowError();
                  });
          everywhere(
              5,
              0,
              1,
              (first, in, out, caller) -> {
                out.send(bytes("one"));
                throw new IllegalArgumentException("later");
              });
          assertThatThrownBy(() -> place.from(0, 1).call(7, bytes("x")))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("broken");
          assertThatThrownBy(() -> place.from(0, 1).call(8, bytes("x")))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("StackOverflowError");
          var stream = place.from(0, 1).open(5, bytes("p"));
          assertThat(stream.receive()).hasValue(bytes("one"));
          assertThatThrownBy(stream::receive)
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("later");
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

  @Test
  @Row("G-manager-close")
  void closingEndsEverythingForGood() {
    place.run(
        () -> {
          place.mesh(2, this::taste);
          var never = place.new Bell();
          var began = new AtomicInteger();
          var stopped = new AtomicInteger();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    began.incrementAndGet();
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      stopped.incrementAndGet();
                    }
                    return request;
                  });
          var how = new AtomicReference<Throwable>();
          place.spawn(
              "caller", () -> how.set(catchThrowable(() -> place.from(0, 1).call(7, bytes("x")))));
          place.until("it to run", () -> began.get() == 1);
          place.manager(0).close();
          place.until("the call to end", () -> how.get() != null);
          assertThat(how.get()).isInstanceOf(DisconnectedException.class);
          place.until("the handler to be interrupted", () -> stopped.get() == 1);
          var gone = place.from(0, 1);
          assertThat(gone.state()).isEqualTo(State.SHUTDOWN);
          assertThatThrownBy(() -> gone.call(7, bytes("x")))
              .isInstanceOf(DisconnectedException.class);
          assertThatThrownBy(() -> gone.waitForConnect(within(Duration.ofSeconds(5))))
              .isInstanceOf(DisconnectedException.class);
          place.manager(0).close();
        });
  }
}
