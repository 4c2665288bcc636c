package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.sim.junit.SimWorld;
import io.sennit.testkit.Certificates;
import io.sennit.testkit.LengthFraming;
import io.sennit.testkit.Recorder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each fault by hand: what it does to a link, and that healing undoes it. */
@SuppressWarnings("NullAway.Init") // use() fills them
final class FaultsTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final LinkSpec SPEC = LinkSpec.of(new LengthFraming()).withTimes(LONG, LONG, LONG);

  private Simulation simulation;
  private SimWorld world;
  private Faults faults;
  private Recorder dialer = new Recorder();
  private Recorder listener = new Recorder();

  FaultsTest() {
    use(Simulation.of(77));
  }

  private void use(Simulation other) {
    simulation = other;
    world = new SimWorld(other);
    faults = other.faults();
  }

  @AfterEach
  void close() {
    assertThat(dialer.wrongs()).isEmpty();
    assertThat(listener.wrongs()).isEmpty();
    simulation.close();
  }

  private void listen(Fabric fabric) {
    listen(fabric, SPEC);
  }

  private void listen(Fabric fabric, LinkSpec spec) {
    listener = new Recorder();
    var ready = new AtomicBoolean();
    var loop = fabric.loop();
    fabric
        .links()
        .listen(
            loop,
            Address.of("b", 7_000),
            spec,
            new Links.Acceptor() {
              @Override
              public Loop place() {
                return loop;
              }

              @Override
              public Link.Handler accept(Link link) {
                return listener;
              }
            },
            Done.of(_ -> ready.set(true), why -> {}));
    world.await("listening", ready::get);
  }

  private void dial(LinkSpec spec) {
    dialer = new Recorder();
    var fabric = simulation.node("a");
    fabric.links().dial(fabric.loop(), Address.of("b", 7_000), spec, dialer);
  }

  private void open() {
    listen(simulation.node("b"));
    dial(SPEC);
    world.await("open", () -> dialer.hasOpened() && listener.hasOpened());
  }

  private static void send(Recorder end, int bytes) {
    var link = end.link();
    link.loop().execute(() -> link.write(Unpooled.buffer(bytes).writeZero(bytes)));
  }

  @Test
  void aBlackHoleHoldsBytesUntilItHeals() {
    open();
    var cut = faults.cutOneWay("a", "b");
    send(dialer, 10);
    send(listener, 10);
    world.await("the other way is open", () -> dialer.messages().size() == 1);
    simulation.run(Duration.ofSeconds(15));
    assertThat(listener.messages()).isEmpty();
    assertThat(dialer.hasClosed()).isFalse();
    cut.heal();
    world.await("sent again", () -> listener.messages().size() == 1);
  }

  @Test
  void aResetEndsBothEnds() {
    open();
    assertThat(faults.resetLinks("b", "a")).isEqualTo(1);
    world.await("both ended", () -> dialer.hasClosed() && listener.hasClosed());
    assertThat(dialer.why()).isPresent();
    assertThat(listener.why()).isPresent();
    simulation.injected().require(Injected.Kind.CUT);
  }

  @Test
  void aKilledPeerIsNoticedAndItsSuccessorIsAnother() {
    open();
    var old = simulation.node("b");
    var ran = new AtomicBoolean();
    old.loop().execute(() -> ran.set(true));
    faults.kill("b");
    world.await("the end", dialer::hasClosed);
    assertThat(ran).isFalse();
    assertThat(listener.hasClosed()).isFalse();
    assertThat(faults.restart("b")).isNotSameAs(old).isSameAs(simulation.node("b"));
    listen(simulation.node("b"));
    dial(SPEC);
    world.await("the successor answers", dialer::hasOpened);
  }

  @Test
  void aPeerWithoutPowerIsSilentUntilItIsBack() {
    open();
    faults.powerCut("b");
    send(dialer, 10);
    simulation.run(Duration.ofSeconds(30));
    assertThat(dialer.hasClosed()).isFalse();
    faults.restart("b");
    world.await("its kernel knows of no connection", dialer::hasClosed);
    assertThat(dialer.why()).isPresent();
  }

  @Test
  void aPausedNodeGoesOnWhereItWas() {
    open();
    var pause = faults.pause("b");
    send(dialer, 10);
    simulation.run(Duration.ofSeconds(10));
    assertThat(listener.messages()).isEmpty();
    pause.heal();
    world.await("it reads", () -> listener.messages().size() == 1);
  }

  @Test
  void aCloggedPathIsReleased() {
    open();
    try (var _ = faults.clog("a", "b")) {
      send(dialer, 10);
      simulation.run(Duration.ofSeconds(3));
      assertThat(listener.messages()).isEmpty();
    }
    world.await("released", () -> listener.messages().size() == 1);
  }

  @Test
  void partitionsAndIsolationHeal() {
    open();
    simulation.node("c");
    List<Supplier<Fault>> kinds =
        List.of(() -> faults.partition(Set.of("a", "c"), Set.of("b")), () -> faults.isolate("b"));
    for (var kind : kinds) {
      var fault = kind.get();
      int before = listener.messages().size();
      send(dialer, 10);
      simulation.run(Duration.ofSeconds(3));
      assertThat(listener.messages()).hasSize(before);
      faults.healAll();
      fault.heal();
      world.await("healed", () -> listener.messages().size() == before + 1);
    }
  }

  @Test
  void dialsAreRefusedAndHang() {
    open();
    try (var _ = faults.refuse("a", "b")) {
      dial(SPEC);
      world.await("refused", dialer::hasClosed);
      assertThat(dialer.hasOpened()).isFalse();
    }
    try (var _ = faults.hang("a", "b")) {
      dial(SPEC.withTimes(Duration.ofSeconds(2), LONG, LONG));
      var begin = simulation.time();
      world.await("given up", dialer::hasClosed);
      assertThat(simulation.time().minus(begin))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
      assertThat(dialer.why().orElseThrow().getMessage()).contains("timed out in connecting");
    }
  }

  @Test
  void namesVanishFlipAndAreSlow() {
    open();
    try (var _ = faults.vanishName("b")) {
      dial(SPEC);
      world.await("unknown", dialer::hasClosed);
    }
    try (var _ = faults.flipName("b", "a")) {
      dial(SPEC);
      world.await("nobody listens there", dialer::hasClosed);
    }
    try (var _ = faults.slowName("b", Duration.ofSeconds(3))) {
      listener = new Recorder();
      dial(SPEC);
      simulation.run(Duration.ofSeconds(2));
      assertThat(dialer.hasOpened()).isFalse();
      world.await("after all", dialer::hasOpened);
    }
  }

  @Test
  void aLinkIsCutAtEveryByteOfASmallConversation() {
    // three messages of 5 bytes with 4 bytes of length each: 27 bytes from a to b
    for (int at = 0; at <= 27; at++) {
      try (var one = Simulation.of(1_000 + at)) {
        var small = new FaultsTest();
        small.close();
        small.use(one);
        one.faults().cutNextLink("a", "b", at);
        small.listen(one.node("b"));
        small.dial(SPEC);
        small.dialer.whenOpened(
            link -> {
              for (int i = 0; i < 3; i++) {
                link.write(Unpooled.buffer(5).writeZero(5));
              }
            });
        one.run(Duration.ofSeconds(1));
        assertThat(small.listener.messages()).as("cut at %d", at).hasSize(at / 9);
        assertThat(small.listener.hasClosed()).as("cut at %d", at).isEqualTo(at < 27);
        assertThat(small.dialer.hasClosed()).isEqualTo(at < 27);
        assertThat(one.traffic().delivered()).isEqualTo(at);
        assertThat(one.traffic().lost()).isEqualTo(27 - at);
        assertThat(one.traffic().underWay()).isZero();
        assertThat(small.listener.wrongs()).isEmpty();
      }
    }
  }

  @Test
  void aNodeThatNobodyTrustsIsRefusedInTheHandshake(@TempDir Path folder) throws Exception {
    var spec = SPEC.withTls(new Certificates(folder).mutual("pair", "dns:b"));
    listen(simulation.node("b"), spec);
    var distrust = faults.distrust("b");
    simulation.run(Duration.ofSeconds(1));
    assertThat(distrust.hasMet()).isFalse();
    dial(spec);
    world.await("refused", dialer::hasClosed);
    assertThat(dialer.hasOpened()).isFalse();
    assertThat(distrust.hasMet()).isTrue();
    distrust.heal();
    dial(spec);
    world.await("trusted again", dialer::hasOpened);
  }

  @Test
  void clocksStepAndDrift() {
    var loop = simulation.node("a").loop();
    var wall = loop.wallTime();
    faults.stepClock("a", Duration.ofMinutes(-1));
    assertThat(loop.wallTime()).isBefore(wall);
    long before = loop.nanoTime();
    faults.driftClock("a", 100_000);
    simulation.run(Duration.ofSeconds(10));
    assertThat(loop.nanoTime() - before).isEqualTo(Duration.ofSeconds(11).toNanos());
  }
}
