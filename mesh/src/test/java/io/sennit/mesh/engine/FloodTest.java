package io.sennit.mesh.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.Incarnation;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import io.sennit.mesh.wire.Packet;
import io.sennit.mesh.wire.WireWriter;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Somebody without the key sends whatever there is, as fast as possible. */
class FloodTest {
  private static final Secrets SECRETS =
      Secrets.derived(
          (purpose, bytes) -> Arrays.copyOf(Secrets.sha256(purpose.getBytes()), bytes), "app");

  private final Simulation simulation = Simulation.of(8);
  private final Station.Journal journal = new Station.Journal();
  private final SplittableRandom random = new SplittableRandom(8);
  private long sent;
  private long answered;

  /** A socket without a key. */
  private final class Stranger implements Datagrams.Handler {
    final Loop loop = simulation.node("mallory").loop();
    Datagrams.@Nullable Socket socket;
    @Nullable Endpoint target;

    Stranger() {
      var fabric = simulation.node("mallory");
      loop.execute(
          () -> {
            fabric
                .datagrams()
                .bind(
                    loop,
                    Address.of("mallory", 7),
                    1400,
                    1 << 22,
                    this,
                    Done.of(bound -> socket = bound, why -> {}));
            fabric
                .names()
                .resolve(loop, "a:7400", false, Done.of(all -> target = all.getFirst(), why -> {}));
          });
    }

    @Override
    public void packet(Endpoint from, ByteBuf packet) {
      answered += packet.readableBytes();
    }

    @Override
    public void failed(SennitException why) {
      throw new AssertionError(why);
    }

    void send(byte[] bytes) {
      loop.execute(
          () -> {
            var with = socket;
            var to = target;
            if (with != null && to != null && with.send(to, with.packet().writeBytes(bytes))) {
              sent += bytes.length;
            }
          });
    }
  }

  private Station station(String name) {
    var station =
        new Station(
            simulation.node(name),
            name,
            new Incarnation(1, name.hashCode()),
            TransportSettings.defaults(),
            SECRETS,
            journal,
            () -> simulation.time().toNanos());
    assertThat(simulation.runUntil(() -> station.bound, Duration.ofSeconds(1))).isTrue();
    return station;
  }

  private byte[] packet(int kind) {
    var out = new WireWriter(Packet.MAX);
    var noise = new byte[Packet.HELLO_SIZE - Packet.HELLO_HEADER];
    random.nextBytes(noise);
    switch (kind) {
      case 0 -> new Packet.Session(random.nextInt(), random.nextInt(1000)).write(out);
      case 1 -> new Packet.Solo(random.nextLong(), random.nextInt(1000)).write(out);
      case 2 -> new Packet.Hello(random.nextLong(), SECRETS.app(), 0).write(out);
      case 3 -> new Packet.HelloAck(random.nextLong(), SECRETS.app(), 5).write(out);
      case 4 -> new Packet.Cookie(random.nextLong()).write(out);
      default -> new Packet.Reset(random.nextInt(), new byte[16]).write(out);
    }
    if (kind < 4) {
      out.bytes(noise);
    }
    return out.toBytes();
  }

  /** Answers are never longer than what they answer, and members do not notice. */
  @Test
  @Row("M-flood")
  void whoHasNoKeyGetsLessThanItSendsAndHoldsUpNobody() {
    var a = station("a");
    var b = station("b");
    var stranger = new Stranger();
    simulation.run(Duration.ofMillis(100));
    long worst = 0;
    for (int i = 0; i < 6_000; i++) {
      stranger.send(packet(i % 6));
      if (i % 300 == 0) {
        var told = b.send("a", 10_001, true, 200);
        assertThat(simulation.runUntil(() -> told.fateAt >= 0, Duration.ofSeconds(4))).isTrue();
        assertThat(told.failed).isNull();
        worst = Math.max(worst, told.fateAt - told.sentAt);
      }
      simulation.run(Duration.ofNanos(100_000));
    }
    assertThat(sent).isGreaterThan(1_000_000);
    assertThat(answered).isPositive().isLessThan(sent / 10);
    assertThat(worst).isLessThan(1_000_000_000L);
    var counts = a.terminal.counts();
    assertThat(counts).hasEntrySatisfying("refused_flood", n -> assertThat(n).isPositive());
    assertThat(counts).hasEntrySatisfying("refused_not_authentic", n -> assertThat(n).isPositive());
    assertThat(counts).hasEntrySatisfying("resets_sent", n -> assertThat(n).isLessThan(100));
    assertThat(a.terminal.sessionCount()).isEqualTo(1);
    assertThat(journal.complaints).isEmpty();
    assertThat(simulation.uncaught()).isEmpty();
    simulation.close();
  }
}
