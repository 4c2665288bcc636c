package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ConfigException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.codec.Codec;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deadlines, silence, and small promises to callers. */
class TimesTest extends Weakness {

  /** Whatever a handler asks for, nobody waits for it after its own deadline (grid B11). */
  @Test
  @Row("G-call-deadline")
  void aNestedDeadlineNeverOutlivesTheHandlers() {
    place.run(
        () -> {
          place.mesh(3);
          var never = place.new Bell();
          place
              .manager(2)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    never.await();
                    return request;
                  });
          place.managers.forEach(
              m -> m.registerStreaming(5, 0, 1, (first, in, out, caller) -> never.await()));
          var nested = new ArrayList<CompletableFuture<byte[]>>();
          var stream = new ArrayList<GridStream>();
          place
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    nested.add(
                        place.from(1, 2).callAsync(7, request, within(Duration.ofSeconds(20))));
                    stream.add(place.from(1, 2).open(5, request, within(Duration.ofSeconds(20))));
                    return request;
                  });
          var from = place.simulation().time();
          there().call(7, bytes("x"), within(Duration.ofMillis(300)));
          place.until("the nested call to end", () -> nested.getFirst().isDone());
          place.until("the nested stream to end", () -> stream.getFirst().done().isDone());
          assertThat(place.simulation().time().minus(from)).isLessThan(Duration.ofMillis(320));
          assertThat(nested.getFirst().exceptionNow())
              .isInstanceOf(DeadlineExceededException.class);
          assertThat(stream.getFirst().error().orElseThrow())
              .isInstanceOf(DeadlineExceededException.class);
          place.awaitEmpty();
        });
  }

  /** A deadline begins when the call is made, not when a busy loop sees it (grid B11). */
  @Test
  @Row("G-call-deadline")
  void aDeadlineBeginsWithTheCall() {
    Where.SOCKETS.play(
        sockets -> {
          var never = sockets.new Bell();
          sockets.manager(1).registerSingleInline(8, (request, caller) -> request);
          sockets
              .manager(1)
              .registerSingle(
                  7,
                  (request, caller) -> {
                    never.await();
                    return request;
                  });
          var blocked = new CountDownLatch(1);
          var goOn = new CountDownLatch(1);
          sockets
              .from(0, 1)
              .call(
                  8,
                  bytes("x"),
                  within(Duration.ofSeconds(20)),
                  new Reply() {
                    @Override
                    public void ok(byte[] answer) {
                      blocked.countDown(); // user code holds up its loop
                      try {
                        goOn.await(10, TimeUnit.SECONDS);
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    }

                    @Override
                    public void failed(SennitException why) {
                      throw why;
                    }
                  });
          sockets.until("the loop to be held up", () -> blocked.getCount() == 0);
          long began = System.nanoTime();
          var call = sockets.from(0, 1).callAsync(7, bytes("x"), within(Duration.ofSeconds(2)));
          sockets.until("most of its time", () -> System.nanoTime() - began > 1_900_000_000L);
          goOn.countDown();
          sockets.until("its end", call::isDone);
          assertThat(Duration.ofNanos(System.nanoTime() - began))
              .isBetween(Duration.ofMillis(2_000), Duration.ofMillis(3_500));
          assertThat(((SennitException) call.exceptionNow()).elapsed())
              .isGreaterThanOrEqualTo(Duration.ofMillis(2_000));
        });
  }

  /** A stop of one's own process is no silence of the peer (field F18). */
  @Test
  @Row({"G-mux-liveness", "G-T17"})
  void aPauseOfBothSidesEndsNothing() {
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
                        for (var item : in) {
                          out.send(item);
                        }
                      }));
          try (var stream = there().open(5, bytes("x"))) {
            stream.send(bytes("a"));
            assertThat(stream.receive()).isPresent();
            for (int seconds : new int[] {30, 70, 25}) {
              var one = place.simulation().faults().pause("n0");
              var other = place.simulation().faults().pause("n1");
              place.pass(Duration.ofSeconds(seconds));
              one.heal();
              other.heal();
              place.pass(Duration.ofSeconds(40));
              stream.send(bytes("b"));
              assertThat(stream.receive()).isPresent();
            }
            assertThat(there().stats().connects()).isEqualTo(1);
          }
          place.awaitEmpty();
        });
  }

  /** What was under way when a stream was left is not answered (grid B8: one cancel an item). */
  @Test
  @Row("G-W20")
  void aStreamThatWasLeftIsCancelledOnce() {
    place.run(
        () -> {
          place.mesh(2);
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      5,
                      0,
                      100,
                      (first, in, out, caller) -> {
                        while (true) {
                          out.send(new byte[64]);
                        }
                      }));
          for (int i = 0; i < 5; i++) {
            long before = there().stats().messagesOut();
            var stream = there().open(5, bytes("x"));
            stream.receive();
            place.pass(Duration.ofMillis(20));
            long open = there().stats().messagesOut();
            stream.close();
            place.awaitEmpty();
            place.pass(Duration.ofMillis(50));
            assertThat(open - before).isPositive();
            assertThat(there().stats().messagesOut() - open).isLessThanOrEqualTo(3);
          }
        });
  }

  /** The seed: "Initial payload can be reused by the caller". */
  @Test
  @Row("G-stream")
  void theFirstPayloadIsItsCallersAgainAtOnce() {
    place.run(
        () -> {
          place.mesh(2);
          place.managers.forEach(
              m -> m.registerStreaming(5, 0, 1, (first, in, out, caller) -> out.send(first)));
          for (int size : new int[] {100, 200_000}) {
            var first = new byte[size];
            Arrays.fill(first, (byte) 1);
            var stream = there().open(5, first);
            Arrays.fill(first, (byte) 2);
            assertThat(stream.receive().orElseThrow()).hasSize(size).containsOnly(1);
            assertThat(stream.receive()).isEmpty();
          }
        });
  }

  /** A codec that throws anything at all fails the call or the stream (field F13). */
  @Test
  @Row("G-single-handler")
  void aCodecThatThrowsAnErrorFailsTheCall() {
    place.run(
        () -> {
          place.mesh(2);
          var broken =
              new Codec<String>() {
                @Override
                public byte[] encode(String value) {
                  return bytes(value);
                }

                @Override
                public String decode(byte[] from) {
                  throw new StackOverflowError("a codec");
                }
              };
          place.manager(1).registerSingle(7, (request, caller) -> request);
          place.managers.forEach(
              m ->
                  m.registerStreaming(
                      5,
                      0,
                      1,
                      (first, in, out, caller) -> {
                        while (true) {
                          out.send(first);
                        }
                      }));
          var call =
              SingleHandler.of("broken", 7, Codec.STRING, broken)
                  .callAsync(there(), "x", within(Duration.ofSeconds(5)));
          place.until("the call to fail", call::isDone);
          assertThat(call.exceptionNow()).isInstanceOf(StackOverflowError.class);
          var stream =
              StreamHandler.of("broken", 5, Codec.STRING, Codec.STRING, broken)
                  .withoutInput()
                  .open(there(), "x");
          var next = stream.receiveAsync();
          place.until("the item to fail", next::isDone);
          assertThat(next).isCompletedExceptionally();
          place.awaitEmpty();
        });
  }

  /** Odd values have names (field F19). */
  @Test
  @Row("G-W21")
  void whatCannotBeIsNamed() {
    place.run(
        () -> {
          place.mesh(2);
          place.manager(1).registerSingle(7, (request, caller) -> nothing());
          assertThatThrownBy(() -> there().call(7, bytes("x")))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("answered null; Payload.ABSENT");
          place.manager(1).registerSingleInline(8, (request, caller) -> nothing());
          assertThatThrownBy(() -> there().call(8, bytes("x")))
              .hasMessageContaining("answered null");
          assertThatThrownBy(() -> there().subroute("half \ud800"))
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("subroute");
          assertThatThrownBy(
                  () -> place.manager(1).registerSingle(7, (request, caller) -> request, "\udc00"))
              .isInstanceOf(ConfigException.class);
        });
  }

  @SuppressWarnings("NullAway") // as user code that no checker looks at
  private static byte[] nothing() {
    return null;
  }

  /** Hosts that nobody can be at are refused by name. */
  @ParameterizedTest
  @Row("G-W21")
  @ValueSource(
      strings = {
        "http://10.0.0.1:0",
        "http://224.0.0.1:7400",
        "http://239.1.2.3:7400",
        "http://0.0.0.0:7400",
        "http://[ff02::1]:7400"
      })
  void aHostThatNobodyCanBeAtIsRefused(String host) {
    place.run(
        () -> {
          place.mesh(1);
          assertThatThrownBy(() -> place.manager(0).add(host))
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining(host);
        });
  }
}
