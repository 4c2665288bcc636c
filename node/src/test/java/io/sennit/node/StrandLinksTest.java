package io.sennit.node;

import static io.sennit.core.Within.within;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.ClusterKey;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.sim.Simulation;
import io.sennit.testkit.LengthFraming;
import io.sennit.testkit.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a strand does with {@link StrandContext#links}: two nodes, in virtual time. */
@Timeout(60)
class StrandLinksTest {
  private static final int BLOCK = 32 << 10;
  private static final int BLOCKS = 512;
  private static final LinkSpec SPEC =
      LinkSpec.of(new LengthFraming())
          .withBounds(1 << 20, 64 << 20)
          .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(1));

  private final Simulation simulation = Simulation.of(6);
  private final Map<String, StrandContext> contexts = new HashMap<>(); // by node and strand
  private final List<Links.Listener> listeners = new CopyOnWriteArrayList<>();
  private final List<SennitException> failures = new CopyOnWriteArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  @BeforeEach
  void twoNodes() {
    nodes.add(simulation.call(() -> node("a", "b")));
    nodes.add(simulation.call(() -> node("b", "a")));
    var toA = nodes.get(1).grid().connection("http://a:7400").orElseThrow();
    simulation.run(() -> toA.waitForConnect(within(Duration.ofSeconds(30))));
  }

  @AfterEach
  void end() {
    nodes.forEach(node -> simulation.run(node::close));
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }

  private Node node(String place, String other) {
    var said = new ArrayList<String>();
    var strands = new ArrayList<Strand>();
    for (var name : List.of("talk", "other")) {
      var strand = new Trial(name, said);
      strand.begin = context -> contexts.put(place + " " + name, context) == null;
      strands.add(strand);
    }
    return NodeConfig.of(new StrandCatalog(strands))
        .builder()
        .fabric(simulation.node(place))
        .key(ClusterKey.of(new byte[ClusterKey.SIZE]))
        .listen(Address.of(place, 7400))
        .join(other + ":7400")
        .start();
  }

  private StrandContext context(String which) {
    return java.util.Objects.requireNonNull(contexts.get(which));
  }

  private void until(String what, BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, Duration.ofMinutes(1))).as(what).isTrue();
  }

  /** Waits until the strand "talk" of node a listens for this. */
  private void listen(Link.Handler handler) {
    var context = context("a talk");
    var loop = context.fabric().loop();
    context
        .links()
        .listen(
            loop,
            context.address(),
            SPEC,
            new Links.Acceptor() {
              @Override
              public Loop place() {
                return loop;
              }

              @Override
              public Link.Handler accept(Link link) {
                return handler;
              }
            },
            Done.of(listeners::add, failures::add));
    until("listening", () -> !listeners.isEmpty());
    assertThat(failures).isEmpty();
  }

  private void dial(String which, Link.Handler handler) {
    var context = context(which);
    context.links().dial(context.fabric().loop(), Address.of("a", 7400), SPEC, handler);
  }

  private static void on(Recorder end, Consumer<Link> what) {
    end.link().loop().execute(() -> what.accept(end.link()));
  }

  private static byte[] block(int number) {
    var bytes = new byte[BLOCK];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }

  @Test
  void bytesGoBothWaysAndTheEndIsClean() {
    var listener = new Recorder();
    var dialer = new Recorder();
    listener.whenMessage(
        bytes ->
            listener
                .link()
                .write(
                    Unpooled.wrappedBuffer(("re: " + new String(bytes, UTF_8)).getBytes(UTF_8))));
    listen(listener);
    dial("b talk", dialer);
    until("open", () -> dialer.hasOpened() && listener.hasOpened());
    for (int i = 0; i < 100; i++) {
      int number = i;
      on(dialer, link -> link.write(Unpooled.wrappedBuffer(("ask " + number).getBytes(UTF_8))));
    }
    until("answers", () -> dialer.messages().size() == 100);
    for (int i = 0; i < 100; i++) {
      assertThat(new String(dialer.messages().get(i), UTF_8)).isEqualTo("re: ask " + i);
    }
    on(dialer, Link::close);
    until("the end", () -> dialer.hasClosed() && listener.hasClosed());
    assertThat(dialer.why()).isEmpty();
    assertThat(listener.why()).isEmpty();
    assertThat(dialer.wrongs()).isEmpty();
    assertThat(listener.wrongs()).isEmpty();
  }

  @Test
  void aReaderThatStopsHoldsTheSenderBackAndLosesNothing() {
    var listener = new Recorder().whenOpened(link -> link.read(false));
    var dialer = new Recorder();
    listen(listener);
    dial("b talk", dialer);
    until("open", () -> dialer.hasOpened() && listener.hasOpened());
    on(
        dialer,
        link -> {
          for (int i = 0; i < BLOCKS; i++) {
            link.write(Unpooled.wrappedBuffer(block(i)));
          }
        });
    simulation.run(Duration.ofSeconds(2));
    assertThat(listener.bytes()).as("what came although nobody read").isLessThanOrEqualTo(1 << 20);
    assertThat(dialer.link().queuedBytes()).isGreaterThan(8 << 20);
    assertThat(dialer.link().writable()).isFalse();
    assertThat(dialer.writables()).isZero();

    on(listener, link -> link.read(true));
    until("everything", () -> listener.messages().size() == BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(listener.messages().get(i)).isEqualTo(block(i));
    }
    until("writable", () -> dialer.writables() == 1);
    assertThat(dialer.link().queuedBytes()).isZero();
    assertThat(dialer.wrongs()).isEmpty();
    assertThat(listener.wrongs()).isEmpty();
  }

  @Test
  void anotherStrandsLinksDoNotComeHere() {
    var listener = new Recorder();
    listen(listener);
    var stranger = new Recorder();
    dial("b other", stranger);
    until("refused", stranger::hasClosed);
    assertThat(stranger.hasOpened()).isFalse();
    assertThat(stranger.why()).as("why it never opened").isPresent();
    assertThat(listener.hasOpened()).isFalse();
  }

  @Test
  void theEndOfANodeIsACleanEndForItsPeer() {
    var listener = new Recorder();
    var dialer = new Recorder();
    listen(listener);
    dial("b talk", dialer);
    until("open", () -> dialer.hasOpened() && listener.hasOpened());
    simulation.run(nodes.getFirst()::close);
    until("the end", () -> dialer.hasClosed() && listener.hasClosed());
    assertThat(dialer.why()).as("what a peer is told whose other end closed").isEmpty();
    assertThat(dialer.wrongs()).isEmpty();
    assertThat(listener.wrongs()).isEmpty();
  }
}
