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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Calls: answers, errors, deadlines, and what callers and handlers throw. */
abstract class CallScenarioTest extends ScenarioTest {
  private final SingleHandler<Ask, Told> typed =
      SingleHandler.of("typed", 40, Codec.of(Ask.class), Codec.of(Told.class));

  CallScenarioTest(Ground ground) {
    super(ground);
  }

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
          if (ground.extended()) {
            place.until("the handler to be interrupted", stopped::hasRung);
          } else {
            never.ring();
          }
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
}
