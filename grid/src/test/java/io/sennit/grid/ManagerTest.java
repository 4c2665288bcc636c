package io.sennit.grid;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.DeadlineExceededException;
import io.sennit.core.DisconnectedException;
import io.sennit.grid.testing.TestGrid;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What managers and connections tell and refuse, in virtual time. */
@Timeout(60)
class ManagerTest {
  private final Place place = new SimPlace(Simulation.of(7));

  @AfterEach
  void end() {
    place.close();
  }

  private ManagerBuilder builder(int node) {
    return Manager.builder().fabric(place.fabric(node)).listen(place.world.at("n" + node));
  }

  /** The original dials a host twice that is listed twice. */
  @Test
  @Row({"G-manager-options", "G-W24"})
  void whatAManagerMustBeTold() {
    place.run(
        () -> {
          assertThatThrownBy(() -> builder(0).start())
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("auth");
          assertThatThrownBy(
                  () -> Manager.builder().fabric(place.fabric(0)).auth(TestGrid.DEBUG).start())
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("local");
          assertThatThrownBy(() -> builder(0).hosts(List.of("http://a:1", "http://a:1")))
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("http://a:1");
          assertThatThrownBy(() -> builder(0).local("a:1")).isInstanceOf(ConfigException.class);
          assertThatThrownBy(() -> builder(0).route("grid")).isInstanceOf(ConfigException.class);
          assertThatThrownBy(() -> builder(0).maxMessage(1)).isInstanceOf(ConfigException.class);
          assertThatThrownBy(() -> builder(0).ping(Duration.ZERO))
              .isInstanceOf(ConfigException.class);
          var id = UUID.randomUUID();
          var manager =
              builder(0)
                  .auth(TestGrid.DEBUG)
                  .id(id)
                  .local("http://me:1")
                  .hosts(List.of("http://me:1", "http://b:1", "http://a:1"))
                  .start();
          place.managers.add(manager);
          assertThat(manager.id()).isEqualTo(id);
          assertThat(manager.hostName()).isEqualTo("http://me:1");
          assertThat(manager.targets()).containsExactly("http://a:1", "http://b:1");
          assertThat(manager.connection("http://c:1")).isEmpty();
          assertThatThrownBy(() -> manager.add("http://me:1")).isInstanceOf(ConfigException.class);
          assertThat(manager.add("http://a:1"))
              .isSameAs(manager.connection("http://a:1").orElseThrow());
          assertThat(manager.connection("http://a:1").orElseThrow())
              .hasToString("http://me:1->http://a:1");
          assertThat(manager.connection("http://a:1").orElseThrow().reverse())
              .isEqualTo("http://a:1->http://me:1");
        });
  }

  @Test
  @Row("G-register")
  void placesAreTakenOnce() {
    place.run(
        () -> {
          place.mesh(1);
          var m = place.manager(0);
          Manager.SingleCode echo = (request, caller) -> request;
          Manager.StreamCode nothing = (first, in, out, caller) -> {};
          var one = m.registerSingle(7, echo);
          assertThatThrownBy(() -> m.registerSingle(7, echo))
              .isInstanceOf(HandlerAlreadyExistsException.class);
          assertThatThrownBy(() -> m.registerStreaming(7, 1, 1, nothing))
              .isInstanceOf(HandlerAlreadyExistsException.class);
          m.registerSingle(7, echo, "a");
          m.registerStreaming(7, 1, 1, nothing, "a");
          assertThatThrownBy(() -> m.registerSingle(7, echo, "a"))
              .isInstanceOf(HandlerAlreadyExistsException.class);
          assertThatThrownBy(() -> m.registerStreaming(7, 1, 1, nothing, "a"))
              .isInstanceOf(HandlerAlreadyExistsException.class);
          for (int id : new int[] {-1, 0, 255, 256}) {
            assertThatThrownBy(() -> m.registerSingle(id, echo))
                .isInstanceOf(UnknownHandlerException.class);
          }
          one.close();
          one.close();
          m.registerStreaming(7, 1, 1, nothing);
        });
  }

  @Test
  @Row({"G-states", "G-wait-for-connect", "G-stats", "G-gate"})
  void statesAreTold() {
    place.run(
        () -> {
          var a = builder(0).auth(TestGrid.DEBUG).gated().start();
          var b = builder(1).auth(TestGrid.DEBUG).start();
          place.managers.add(a);
          place.managers.add(b);
          var ab = a.add(b.hostName());
          var ba = b.add(a.hostName());
          var seen = new CopyOnWriteArrayList<State>();
          ab.watch(seen::add);
          assertThatThrownBy(() -> ab.waitForConnect(within(Duration.ofMillis(300))))
              .isInstanceOf(DeadlineExceededException.class);
          assertThat(ab.state()).isEqualTo(State.UNCONNECTED);
          assertThatThrownBy(() -> ab.call(7, new byte[1]))
              .isInstanceOf(DisconnectedException.class)
              .hasMessageContaining("not connected yet");
          a.openGate();
          ab.waitForConnect(within(Duration.ofSeconds(20)));
          ba.waitForConnect(within(Duration.ofSeconds(20)));
          b.registerSingle(7, (request, caller) -> request);
          ab.call(7, new byte[1000]);
          var stats = ab.stats();
          assertThat(stats.state()).isEqualTo(State.CONNECTED);
          assertThat(stats.calls()).isEqualTo(1);
          assertThat(ba.stats().served()).isEqualTo(1);
          assertThat(stats.bytesOut()).isBetween(1000L, 1200L);
          assertThat(stats.bytesIn()).isBetween(1000L, 1200L);
          assertThat(stats.connects()).isEqualTo(1);
          assertThat(stats.protocolErrors()).isZero();
          place.until("a round trip", () -> ab.stats().roundTrip().isPresent());
          place.cut(0, 1);
          place.until("both to reconnect", () -> ab.stats().connects() == 2);
          assertThat(seen).contains(State.CONNECTED, State.CONNECTION_ERROR);
          a.close();
          assertThat(seen).endsWith(State.SHUTDOWN);
        });
  }

  @Test
  @Row("G-cluster-key")
  void onlyThoseWithTheClustersKeyComeIn() {
    place.run(
        () -> {
          var key = ClusterKey.parse("0123456789abcdef0123456789abcdef".repeat(2));
          var other = ClusterKey.parse("fedcba9876543210fedcba9876543210".repeat(2));
          var a = builder(0).key(key).start();
          var b = builder(1).key(key).start();
          var c = builder(2).key(other).start();
          place.managers.addAll(List.of(a, b, c));
          for (var one : place.managers) {
            for (var to : place.managers) {
              if (one != to) {
                one.add(to.hostName());
              }
            }
          }
          place.from(0, 1).waitForConnect(within(Duration.ofSeconds(20)));
          assertThatThrownBy(() -> place.from(0, 2).waitForConnect(within(Duration.ofSeconds(5))))
              .isInstanceOf(DeadlineExceededException.class);
          assertThat(a.refusals() + c.refusals()).isPositive();
        });
  }

  @Test
  @Row("G-listen-nowhere")
  void aManagerThatOnlyDials() {
    place.run(
        () -> {
          // By the rule of dialing it must be the dialer's name that dials.
          var b =
              builder(1)
                  .auth(TestGrid.DEBUG)
                  .local("http://n1:7000")
                  .listen(Address.of("n1", 7000))
                  .start();
          place.managers.add(b);
          String name = "";
          for (int i = 0;
              name.isEmpty() || !io.sennit.grid.wire.DialRule.dials(name, b.hostName());
              i++) {
            name = "http://quiet-" + i + ":1";
          }
          var a =
              Manager.builder().fabric(place.fabric(0)).auth(TestGrid.DEBUG).local(name).start();
          place.managers.add(a);
          assertThat(a.address()).isEmpty();
          b.add(name);
          a.add(b.hostName()).waitForConnect(within(Duration.ofSeconds(20)));
          a.registerSingle(7, (request, caller) -> request);
          place.until("the other side", () -> place.from(0, 1).state() == State.CONNECTED);
          assertThat(place.from(0, 1).call(7, new byte[3])).hasSize(3);
        });
  }

  /** The server's clock runs at half speed, so its own deadline comes too late. */
  @Test
  @Row("G-T10")
  void t10TheCallersDeadlineStopsAServerWhoseOwnIsTwiceAsLong() {
    for (int in : new int[] {0, 1}) {
      place.run(
          () -> {
            if (place.managers.isEmpty()) {
              place.mesh(2);
              ((SimPlace) place).simulation().faults().driftClock("n1", -500_000);
            }
            var stopped = place.new Bell();
            for (var m : place.managers) {
              m.registerStreaming(
                  5 + in,
                  in,
                  1,
                  (first, input, out, caller) -> {
                    try {
                      place.new Bell().await();
                    } finally {
                      stopped.ring();
                    }
                  });
            }
            var from = ((SimPlace) place).simulation().time();
            var stream = place.from(0, 1).open(5 + in, new byte[1], within(Duration.ofMillis(400)));
            assertThatThrownBy(stream::receive).isInstanceOf(DeadlineExceededException.class);
            place.until("the handler to be stopped", stopped::hasRung);
            assertThat(((SimPlace) place).simulation().time().minus(from))
                .isBetween(Duration.ofMillis(390), Duration.ofMillis(500));
            place.awaitEmpty();
          });
    }
  }
}
