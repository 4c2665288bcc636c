package io.sennit.grid;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.RejectedException;
import io.sennit.core.RemoteException;
import io.sennit.core.Tls;
import io.sennit.core.Within;
import io.sennit.core.spi.Peer;
import io.sennit.grid.testing.TestGrid;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What guests may and may not, the same in every world; docs/protocol/grid.md §9.5. */
@Timeout(60)
@Row("G-guests")
abstract class GuestScenarioTest {
  private static final Within SOON = within(Duration.ofSeconds(10));
  private static final int USERS = 7;

  private final AtomicInteger ran = new AtomicInteger();
  private Place place = none();

  abstract Place place();

  /** What a guest comes with, where the world has certificates. */
  @Nullable Tls guestTls() {
    return null;
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

  /** Two peers, the first with a door and with much that is not for guests. */
  private void house(int maxGuests) {
    place.mesh(2, b -> b.maxGuests(maxGuests));
    var host = place.manager(0);
    Reserved.of(host).serve("control", (request, caller) -> bytes(caller.name()), Reserved.CONTROL);
    Reserved.of(host)
        .serveStreams(
            "control",
            (first, in, out, caller) -> {
              for (int i = 0; i < 100; i++) {
                out.send(bytes(new String(first, UTF_8) + i));
              }
            },
            Reserved.CONTROL);
    Reserved.of(host).serve("strand", this::forbidden, "sennit/shards");
    host.registerSingle(USERS, this::forbidden);
    host.registerSingleInline(USERS + 1, this::forbidden);
    host.registerSingle(USERS, this::forbidden, "sennit/control"); // the route alone is no pass
    host.registerStreaming(USERS + 2, 1, 1, (first, in, out, caller) -> forbidden(first, caller));
  }

  private byte[] forbidden(byte[] request, Caller caller) {
    ran.incrementAndGet();
    return request;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Manager guest(int node) {
    var guest = Manager.builder().fabric(place.fabric(node)).auth(TestGrid.DEBUG).guest();
    return start(guest, guestTls());
  }

  /** Starts a guest with the certificates of guests, or a host with those of nodes. */
  final Manager start(ManagerBuilder builder, @Nullable Tls tls) {
    if (tls != null) {
      builder.tls(tls);
    }
    var manager = builder.start();
    place.managers.add(manager);
    return manager;
  }

  private Connection enter(int node) {
    var way = guest(node).add(place.manager(0).hostName());
    way.waitForConnect(SOON);
    return way;
  }

  @Test
  void theDoorIsOpenToGuests() {
    place.run(
        () -> {
          house(16);
          var way = enter(5);
          var name = new String(way.subroute(Reserved.CONTROL).call(255, bytes("who")), UTF_8);
          assertThat(name).startsWith("guest 1 at ");
          assertThat(place.manager(0).guests()).isEqualTo(1);
          var items = new ArrayList<String>();
          try (var stream = Reserved.open(way, Reserved.CONTROL, bytes("n"), Optional.of(SOON))) {
            stream.results(item -> items.add(new String(item, UTF_8)));
          }
          assertThat(items).hasSize(100).startsWith("n0", "n1").endsWith("n99");
          assertThat(place.manager(0).guestRefusals()).isZero();
        });
  }

  @Test
  void everythingElseIsRefusedByName() {
    place.run(
        () -> {
          house(16);
          var way = enter(5);
          refused(() -> way.call(USERS, bytes("x"), SOON));
          refused(() -> way.call(USERS + 1, bytes("x"), SOON));
          refused(() -> way.subroute(Reserved.CONTROL).call(USERS, bytes("x"), SOON));
          refused(() -> way.subroute("sennit/shards").call(255, bytes("x"), SOON));
          refused(() -> way.call(255, bytes("x"), SOON));
          refused(() -> way.call(99, bytes("not even there"), SOON));
          for (var stream :
              List.of(
                  way.site().open(USERS + 2, bytes("x"), new Capacities(1, 1), SOON),
                  way.site()
                      .on("sennit/shards")
                      .open(255, bytes("x"), new Capacities(1, 1), SOON))) {
            refused(stream::receive);
          }
          assertThat(ran).hasValue(0);
          assertThat(place.manager(0).guestRefusals()).isEqualTo(8);
          // its connection stands, and peers are as free as before
          assertThat(way.subroute(Reserved.CONTROL).call(255, bytes("who"), SOON)).isNotEmpty();
          assertThat(place.from(1, 0).call(USERS, bytes("x"))).isEqualTo(bytes("x"));
        });
  }

  private static void refused(Runnable attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.DID_NOT_RUN))
        .hasMessageContaining("a guest may only call sennit/control");
  }

  @Test
  void anErrorOfTheDoorIsNoRefusal() {
    place.run(
        () -> {
          place.mesh(1);
          assertThatThrownBy(
                  () -> enter(5).subroute(Reserved.CONTROL).call(255, bytes("who"), SOON))
              .isInstanceOf(RemoteException.class)
              .hasMessageContaining("unknown mux handler");
        });
  }

  @Test
  void aGuestIsNoPeerAndIsForgotten() {
    place.run(
        () -> {
          house(16);
          var host = place.manager(0);
          var way = enter(5);
          assertThat(host.targets()).containsExactly(place.manager(1).hostName());
          assertThat(way.local()).isEqualTo("guest");
          place.managers.getLast().close();
          place.until("the guest to be forgotten", () -> host.guests() == 0);
          assertThat(host.targets()).hasSize(1);
          enter(5);
          assertThat(host.guests()).isEqualTo(1);
        });
  }

  @Test
  void onlySoManyAtOnce() {
    place.run(
        () -> {
          house(2);
          var host = place.manager(0);
          enter(5);
          var second = enter(6);
          var third = guest(7).add(host.hostName());
          place.until("refused", () -> third.lastError().isPresent());
          assertThat(third.lastError().orElseThrow())
              .isInstanceOf(RejectedException.class)
              .hasMessageContaining("too many guests: 2 are here");
          assertThat(host.refusals()).isPositive();
          assertThat(host.guests()).isEqualTo(2);
          assertThat(second.subroute(Reserved.CONTROL).call(255, bytes("who"), SOON)).isNotEmpty();
          assertThat(place.from(1, 0).call(USERS, bytes("x"))).isNotEmpty();
          place.managers.remove(3).close(); // the second guest, after two peers and the first
          third.waitForConnect(SOON); // it went on asking
        });
  }

  @Test
  void noneWhereNoneAreWanted() {
    place.run(
        () -> {
          house(0);
          var way = guest(5);
          var refused = way.add(place.manager(0).hostName());
          place.until("refused", () -> refused.lastError().isPresent());
          assertThat(refused.lastError().orElseThrow()).hasMessageContaining("too many guests");
        });
  }

  @Test
  void whoBehavesAsAnOriginalKnowsNoGuests() {
    place.run(
        () -> {
          place.mesh(1, b -> b.extensions(false));
          var way = guest(5);
          var refused = way.add(place.manager(0).hostName());
          place.until("refused", () -> refused.lastError().isPresent());
          assertThat(refused.lastError().orElseThrow())
              .hasMessageContaining("unknown incoming host: guest");
        });
  }

  @Test
  void withoutTheTokenNobodyComesIn() {
    place.run(
        () -> {
          var key = ClusterKey.random();
          var host =
              Manager.builder().fabric(place.fabric(0)).listen(place.world.at("n0")).key(key);
          var hostName = start(host, place.tls()).hostName();
          var wrong = Manager.builder().fabric(place.fabric(5)).key(ClusterKey.random()).guest();
          var way = start(wrong, guestTls()).add(hostName);
          place.until("refused", () -> way.lastError().isPresent());
          assertThat(way.lastError().orElseThrow()).isInstanceOf(RejectedException.class);
          assertThat(place.manager(0).guests()).isZero();
          var right = Manager.builder().fabric(place.fabric(6)).key(key).guest();
          start(right, guestTls()).add(hostName).waitForConnect(SOON);
          // its proof may still be under way: it costs no round trip
          place.until("the guest to be let in", () -> place.manager(0).guests() == 1);
        });
  }

  /** Lets the HTTP header pass and refuses the token in the handshake. */
  private static final class OnSecondThought implements Authenticator {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public String token(String remote) {
      return "debug";
    }

    @Override
    public void check(String token, Peer peer) {
      if (asked.incrementAndGet() % 2 == 0) {
        throw new RejectedException("a secret reason", ErrorContext.NONE);
      }
    }
  }

  @Test
  void theTokenOfTheHandshakeCountsToo() {
    place.run(
        () -> {
          var host =
              Manager.builder()
                  .fabric(place.fabric(0))
                  .listen(place.world.at("n0"))
                  .auth(new OnSecondThought());
          start(host, place.tls());
          var way = guest(5).add(place.manager(0).hostName());
          place.until("refused", () -> way.lastError().isPresent());
          assertThat(way.lastError().orElseThrow()).hasMessageContaining("not authorized");
          assertThat(place.manager(0).guests()).isZero();
        });
  }

  @Test
  void aHostThatClosesEndsItsGuests() {
    place.run(
        () -> {
          house(16);
          var way = enter(5);
          var states = new CopyOnWriteArrayList<State>();
          way.watch(states::add);
          place.managers.removeFirst().close();
          place.until("the end", () -> states.contains(State.CONNECTION_ERROR));
          assertThatThrownBy(() -> way.subroute(Reserved.CONTROL).call(255, bytes("who"), SOON))
              .isInstanceOf(DisconnectedException.class);
        });
  }

  @Test
  void aGuestIsNothingElse() {
    place.run(
        () -> {
          var builder = Manager.builder().fabric(place.fabric(5)).auth(TestGrid.DEBUG).guest();
          assertThatThrownBy(() -> builder.listen(place.world.at("n5")).start())
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("guest");
          assertThatThrownBy(() -> Manager.builder().maxGuests(-1))
              .isInstanceOf(ConfigException.class);
          assertThatThrownBy(() -> Manager.builder().maxGuests(1025))
              .isInstanceOf(ConfigException.class);
        });
  }
}
