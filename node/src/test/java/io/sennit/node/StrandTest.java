package io.sennit.node;

import static io.sennit.core.Within.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.ConfigException;
import io.sennit.core.Incarnation;
import io.sennit.core.RejectedException;
import io.sennit.core.SennitException;
import io.sennit.core.Within;
import io.sennit.core.spi.Membership;
import io.sennit.core.spi.Membership.Member;
import io.sennit.testkit.Leaks;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Strands come up in their order, are given what they need, and end the other way round. */
@Timeout(60)
@ExtendWith(Leaks.class)
class StrandTest {
  private static final Within SOON = within(Duration.ofSeconds(10));

  private final List<String> said = new CopyOnWriteArrayList<>();

  private Trial trial(String name, String... after) {
    return new Trial(name, said, after);
  }

  private static NodeBuilder node(Strand... strands) {
    return NodeConfig.of(new StrandCatalog(Arrays.asList(strands))).builder().notRecorded();
  }

  @Test
  void theyStartAfterThoseTheyNameAndEndTheOtherWayRound() {
    var node = node(trial("a", "c"), trial("b", "a", "not-there"), trial("c"), trial("d")).start();
    node.drain(SOON);
    node.close();
    node.close();
    assertThat(said)
        .containsExactly(
            "start c", "start a", "start b", "start d", //
            "drain d", "drain b", "drain a", "drain c", //
            "close d", "close b", "close a", "close c");
  }

  @Test
  void strandsThatCannotBeOrderedAreNamed() {
    assertThatThrownBy(() -> node(trial("a", "b"), trial("b", "a"), trial("c")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a, b")
        .hasMessageContaining("wait for each other");
    assertThatThrownBy(() -> node(trial("a"), trial("a")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("one strand a name");
    assertThatThrownBy(() -> node(trial("A b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("lower-case");
  }

  @Test
  void aStartThatFailsEndsWhatStartedAndSaysWhichStrand() throws Exception {
    int port = freePort();
    var bad = trial("b");
    bad.begin =
        context -> {
          throw new IllegalStateException("no room");
        };
    var builder = node(trial("a"), bad, trial("c")).listen(Address.of("127.0.0.1", port));
    assertThatThrownBy(builder::start)
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining("strand b did not start")
        .hasMessageContaining("no room");
    assertThat(said).containsExactly("start a", "start b", "close a");
    try (var again = node().listen(Address.of("127.0.0.1", port)).start()) { // the port is free
      assertThat(again.address().port()).isEqualTo(port);
    }
  }

  @Test
  void whatAStrandMissesIsSaidWithItsNameAndTheWayToSetIt() {
    var store = trial("keeper");
    store.begin =
        context -> {
          context.store(new NoUser());
          return context;
        };
    assertThatThrownBy(() -> node(store).start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("start of strand keeper")
        .hasMessageContaining("SENNIT_DATA");
    var keyed = trial("signer");
    keyed.begin = context -> context.key("token v1", 32);
    assertThatThrownBy(() -> node(keyed).start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("start of strand signer")
        .hasMessageContaining(ClusterKey.ENV);
  }

  @Test
  void eachIsGivenItsShare() {
    var key = ClusterKey.random();
    var life = new Incarnation(7, 8);
    var contexts = new CopyOnWriteArrayList<StrandContext>();
    var a = trial("a");
    a.settings = List.of(Setting.of("a.word", Setting.Kind.NAME, "none", "A word."));
    a.begin =
        context -> {
          contexts.add(context);
          context.meters().count("calls").add(3);
          return "the face of a";
        };
    var b = trial("b", "a");
    b.begin =
        context -> {
          contexts.add(context);
          assertThat(context.strand(String.class)).isEqualTo("the face of a");
          return 42;
        };
    try (var node =
        node(a, b)
            .set("a.word", "hello")
            .key(key)
            .cluster("arena")
            .name("n1")
            .incarnation(life)
            .start()) {
      assertThat(node.strand(String.class)).isEqualTo("the face of a");
      assertThat(node.strand(Integer.class)).isEqualTo(42);
      assertThatThrownBy(() -> node.strand(Thread.class))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("there are [a, b]");
      assertThatThrownBy(() -> node.strand(Object.class)).hasMessageContaining("one strand");
      var one = contexts.getFirst();
      assertThat(one.strand()).isEqualTo("a");
      assertThat(one.cluster()).isEqualTo("arena");
      assertThat(one.node()).isEqualTo("n1");
      assertThat(one.address()).isEqualTo(node.address());
      assertThat(one.incarnation()).isEqualTo(life).isEqualTo(node.incarnation());
      assertThat(one.grid()).isSameAs(node.grid());
      assertThat(one.oracle()).isSameAs(contexts.getLast().oracle()).isSameAs(node.oracle());
      assertThat(one.config().text(a.settings.getFirst())).isEqualTo("hello");
      assertThatThrownBy(() -> contexts.getLast().config().text(a.settings.getFirst()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(one.key("x", 32))
          .isEqualTo(key.derive("sennit strand a x", 32))
          .isNotEqualTo(contexts.getLast().key("x", 32));
      assertThat(node.meters().snapshot()).containsEntry("a.calls", 3L);
      assertThat(one.membership().view().members())
          .containsExactly(Member.alive(node.address(), life));
    }
  }

  @Test
  void aVerbIsCalledByItsStrandsName() throws Exception {
    var good = trial("good");
    good.verbs = List.of("good", "good.echo");
    try (var node = node(good).start();
        var door = Door.open(node.address().toString(), Optional.empty(), Optional.empty(), SOON)) {
      assertThat(door.ask("good.echo", Map.of("x", 1), SOON).path("said").path("x").asInt())
          .isEqualTo(1);
      assertThat(door.ask("verbs", Map.of(), SOON).toString()).contains("good.echo");
    }
    for (var name : List.of("echo", "goodness", "grid")) {
      var bad = trial("good");
      bad.verbs = List.of(name);
      said.clear();
      assertThatThrownBy(() -> node(bad).start())
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("start of strand good");
      assertThat(said).containsExactly("start good", "close good");
    }
  }

  @Test
  void theWorstPartSaysHowANodeStands() {
    var a = trial("a");
    var b = trial("b");
    try (var node = node(a, b).start()) {
      assertThat(node.health().overall()).isEqualTo(Health.UP);
      a.health = Health.degraded("half of it");
      assertThat(node.health().overall()).isEqualTo(Health.degraded("a: half of it"));
      b.health = Health.down("all of it");
      assertThat(node.health().overall()).isEqualTo(Health.down("b: all of it"));
      assertThat(node.health().parts())
          .containsOnlyKeys("node", "ground", "a", "b")
          .containsEntry("a", a.health);
      a.health = Health.UP;
      b.health = Health.UP;
      assertThat(node.health().overall()).isEqualTo(Health.UP);
      node.drain(SOON);
      assertThat(node.health().overall().state()).isEqualTo(Health.State.DEGRADED);
    }
  }

  @Test
  void aDrainThatHangsIsCutShort() throws Exception {
    var interrupted = new CountDownLatch(1);
    var hangs = trial("hangs");
    hangs.drain =
        within -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
          }
        };
    var throwing = trial("throws");
    throwing.drain =
        within -> {
          throw new IllegalStateException("on purpose");
        };
    try (var node = node(hangs, throwing).start()) {
      assertThat(node.drain(within(Duration.ofMillis(200)))).isFalse();
      interrupted.await();
      assertThat(node.drain(SOON)).isFalse(); // only the first drains
    }
    assertThat(said).contains("drain hangs", "drain throws", "close hangs", "close throws");
    try (var node = node(throwing).start()) {
      assertThat(node.drain(SOON)).isTrue(); // it has ended, if badly
    }
  }

  @Test
  void oneStrandMayProvideTheMembership() {
    var views = new CopyOnWriteArrayList<Membership.View>();
    var member = Member.alive(Address.of("10.0.0.9", 1), new Incarnation(1, 1));
    var early = trial("early");
    early.begin = context -> context.membership().listen(context.fabric().loop(), views::add);
    var context = new AtomicReference<@Nullable StrandContext>();
    var provider = trial("provider");
    provider.begin =
        given -> {
          context.set(given);
          return given;
        };
    var other = trial("rival");
    other.begin =
        given -> {
          given.provide(Membership.fixed(List.of()));
          return given;
        };
    try (var node = node(early, provider).join("10.0.0.2:7400").start()) {
      Awaitility.await().until(() -> views.size() == 1);
      assertThat(views.getFirst().members())
          .extracting(Member::address)
          .containsExactlyInAnyOrder(node.address(), Address.of("10.0.0.2", 7400));
      var given = context.get();
      assertThat(given).isNotNull();
      given.provide(Membership.fixed(List.of(member)));
      Awaitility.await().until(() -> views.size() == 2);
      assertThat(views.getLast().members()).containsExactly(member);
      assertThat(views.getLast().version()).isGreaterThan(views.getFirst().version());
      assertThat(node.membership().view()).isEqualTo(views.getLast());
      assertThatThrownBy(() -> given.provide(Membership.fixed(List.of())))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("one strand that provides it");
    }
    var first = trial("provider");
    first.begin = other.begin;
    assertThatThrownBy(() -> node(first, other).start())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("provider and rival");
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Nobody. */
  private static final class NoUser implements StrandContext.StoreUser {
    @Override
    public void opened(io.sennit.core.spi.Store view) {
      throw new AssertionError();
    }

    @Override
    public void failed(SennitException why) {
      throw new AssertionError();
    }
  }
}
