package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sennit.core.ClusterKey;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ProtocolException;
import io.sennit.core.RemoteException;
import io.sennit.core.codec.Codec;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The original's weaknesses in connections, and in what is said of their loss. */
class ConnectionWeaknessTest extends Weakness {
  /**
   * The original once kept the time of the last pong in seconds and compared it with nanoseconds,
   * so a peer that never answered was never missed.
   */
  @Test
  @Row("G-W8")
  void w8ADeadPeerIsMissedWhateverTheWallClockSays() {
    place.run(
        () -> {
          place.mesh(2, b -> b.ping(Duration.ofSeconds(1)));
          for (int hours : new int[] {2, -5, 3}) {
            place.simulation().faults().stepClock("n0", Duration.ofHours(hours));
            place.simulation().faults().stepClock("n1", Duration.ofHours(-hours));
            place.pass(Duration.ofSeconds(5));
          }
          assertThat(there().stats().connects()).isEqualTo(1);
          assertThat(place.from(1, 0).stats().roundTrip().orElseThrow()).isPositive();
          // a new connection, on which not one pong comes
          place.cut(0, 1);
          place.until(
              "a new connection",
              () -> there().stats().connects() == 2 && there().state() == State.CONNECTED);
          place.simulation().faults().clog("n0", "n1");
          place.simulation().faults().clog("n1", "n0");
          var from = place.simulation().time();
          place.until("it to be missed", () -> there().state() != State.CONNECTED);
          assertThat(place.simulation().time().minus(from))
              .isBetween(
                  Duration.ofMillis(1_900), Duration.ofMillis(2_100)); // two intervals (grid B17)
          assertThat(there().lastError().orElseThrow().what()).contains("no pong for");
        });
  }

  /** In the original a dialer that is refused asks again at once, for ever. */
  @Test
  @Row("G-W16")
  void w16ARefusedDialerAsksLessAndLess() {
    place.run(
        () -> {
          var key = "0123456789abcdef0123456789abcdef";
          for (int i = 0; i < 2; i++) {
            place.managers.add(
                Manager.builder()
                    .fabric(place.fabric(i))
                    .listen(place.world.at("n" + i))
                    .key(ClusterKey.parse((i == 0 ? key : key.replace('0', 'f')).repeat(2)))
                    .start());
          }
          place.manager(0).add(place.manager(1).hostName());
          place.manager(1).add(place.manager(0).hostName());
          place.pass(Duration.ofMinutes(1));
          long refusals = place.manager(0).refusals() + place.manager(1).refusals();
          assertThat(refusals).isBetween(10L, 60L);
          var dialer = there().stats().attempts() > 0 ? there() : place.from(1, 0);
          assertThat(dialer.stats().attempts()).isGreaterThan(5);
          assertThat(dialer.stats().nextRetry()).isPresent();
        });
  }

  /** In the original two processes with one name put each other out without end. */
  @Test
  @Row("G-W16")
  void w16ADuelOfTwoProcessesWithOneNameIsSlow() {
    place.run(
        () -> {
          place.mesh(1);
          var host = place.manager(0).hostName();
          var name = dialerOf(host);
          var seen = place.manager(0).add(name);
          for (int i = 1; i < 3; i++) {
            var twin =
                Manager.builder().fabric(place.fabric(i)).auth(TestGrid.DEBUG).local(name).start();
            place.managers.add(twin);
            twin.add(host);
          }
          place.pass(Duration.ofMinutes(1));
          assertThat(seen.stats().connects()).isBetween(5L, 60L);
        });
  }

  /** In the original a loss here counts as a remote error, and texts that are equal are not. */
  @Test
  @Row("G-W17")
  void w17ARemoteErrorIsThePeersWordAndNothingElse() {
    place.run(
        () -> {
          place.mesh(2);
          var never = place.new Bell();
          var m = place.manager(1);
          m.registerSingle(
              7,
              (request, caller) -> {
                throw RemoteErrors.of("boom");
              });
          m.registerSingle(
              8,
              (request, caller) -> {
                never.await();
                return request;
              });
          m.registerSingle(9, (request, caller) -> new byte[] {(byte) 0xc1});
          place.managers.forEach(
              n ->
                  n.registerStreaming(
                      5,
                      0,
                      1,
                      (first, in, out, caller) -> {
                        throw RemoteErrors.of("boom");
                      }));
          var call = catchThrowable(() -> there().call(7, bytes("x")));
          var stream = catchThrowable(() -> there().open(5, bytes("p")).receive());
          for (var why : List.of(call, stream)) {
            assertThat(why)
                .isInstanceOfSatisfying(
                    RemoteException.class, e -> assertThat(e.text()).isEqualTo("boom"));
          }
          assertThat(RemoteErrors.text(call)).isEqualTo(RemoteErrors.text(stream)).hasValue("boom");
          var odd = SingleHandler.of("odd", 9, Codec.of(String.class), Codec.of(String.class));
          var waits = there().callAsync(8, bytes("x"), within(Duration.ofSeconds(20)));
          place.until("it to run", () -> place.from(1, 0).stats().runningHandlers() == 1);
          var here = new ArrayList<Throwable>();
          here.add(catchThrowable(() -> odd.call(there(), "x")));
          place.cut(0, 1);
          place.until("its loss", waits::isDone);
          here.add(waits.exceptionNow());
          place.manager(0).close();
          here.add(catchThrowable(() -> there().call(7, bytes("x"))));
          assertThat(here.getFirst()).isInstanceOf(ProtocolException.class);
          assertThat(here.subList(1, 3)).allMatch(e -> e instanceof DisconnectedException);
          assertThat(here)
              .allSatisfy(
                  e -> {
                    assertThat(e).isNotInstanceOf(RemoteException.class);
                    assertThat(RemoteErrors.text(e)).isEmpty();
                  });
        });
  }

  /** The original says just "local host not found" and "remote disconnected". */
  @Test
  @Row("G-W21")
  void w21ErrorsSayWhatIsKnownAndWhatToDo() {
    var said = new CopyOnWriteArrayList<String>();
    var log = Logger.getLogger("io.sennit.grid.engine.GridEngine");
    var listener =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            said.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    log.addHandler(listener);
    try {
      place.run(
          () -> {
            place.mesh(1);
            var host = place.manager(0).hostName();
            place.manager(0).add("http://known-1:1");
            place.manager(0).add("http://known-2:1");
            var name = dialerOf(host);
            var stranger =
                Manager.builder().fabric(place.fabric(1)).auth(TestGrid.DEBUG).local(name).start();
            place.managers.add(stranger);
            var connection = stranger.add(host);
            place.until("a few attempts", () -> connection.stats().attempts() >= 4);
            assertThat(connection.lastError().orElseThrow().what())
                .contains("unknown incoming host: " + name);
            assertThat(connection.stats().lastError().orElseThrow()).contains("unknown");
            assertThat(connection.stats().nextRetry()).isPresent();
            assertThatThrownBy(() -> connection.call(7, new byte[1]))
                .isInstanceOfSatisfying(
                    DisconnectedException.class,
                    e -> {
                      assertThat(e.what()).contains("unknown incoming host: " + name);
                      assertThat(e.advice()).isNotEmpty();
                    });
            assertThat(said)
                .anySatisfy(
                    line ->
                        assertThat(line).contains(name, "http://known-1:1", "http://known-2:1"));
          });
    } finally {
      log.removeHandler(listener);
    }
  }
}
