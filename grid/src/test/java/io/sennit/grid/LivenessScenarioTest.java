package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.DisconnectedException;
import io.sennit.core.Outcome;
import io.sennit.core.RemoteException;
import io.sennit.core.SennitException;
import io.sennit.core.loop.Backoff;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Silence, cuts and the end: what is lost is told, and comes back. */
abstract class LivenessScenarioTest extends ScenarioTest {
  private io.sennit.sim.@org.jspecify.annotations.Nullable Fault fault;

  LivenessScenarioTest(Ground ground) {
    super(ground);
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
