package io.sennit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Framing;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.sim.Injected.Kind;
import io.sennit.testkit.LengthFraming;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Where a storm's resets and kills fall (foundation T1): one in seven hundred ends of links used to
 * be inside a message, because whole segments were dropped. Counted by the framing itself.
 */
final class CutsTest {
  private static final int NODES = 4;
  private static final int PORT = 7_000;

  private final LinkSpec spec = LinkSpec.of(new CountingFraming());
  private long ends;
  private long inside;
  private boolean counting;

  /** Counts links that ended with a message begun and not complete. */
  private final class CountingFraming implements Framing {
    @Override
    public State start(boolean dialer, int maxMessage, RandomGenerator random) {
      var state = new LengthFraming().start(dialer, maxMessage, random);
      return new State() {
        @Override
        public void encode(ByteBuf message, Consumer<ByteBuf> out) {
          state.encode(message, out);
        }

        @Override
        public void decode(ByteBuf bytes, Output out) {
          state.decode(bytes, out);
        }

        @Override
        public void end() {
          state.end();
        }

        @Override
        public void release() {
          if (counting) {
            ends++;
            try {
              state.end();
            } catch (ProtocolException e) {
              inside++;
            }
          }
          state.release();
        }
      };
    }
  }

  /**
   * Each node dials each other, always again, and sends three messages of some bytes each 20 ms.
   */
  private void program(Fabric fabric, String name) {
    var loop = fabric.loop();
    loop.execute(
        () -> {
          fabric
              .links()
              .listen(
                  loop,
                  Address.of(name, PORT),
                  spec,
                  new Links.Acceptor() {
                    @Override
                    public Loop place() {
                      return loop;
                    }

                    @Override
                    public Link.Handler accept(Link link) {
                      return new End(() -> {}, false);
                    }
                  },
                  Done.of(_ -> {}, _ -> {}));
          for (int i = 0; i < NODES; i++) {
            String other = "n" + i;
            if (!other.equals(name)) {
              dial(fabric, loop, other);
            }
          }
        });
  }

  private void dial(Fabric fabric, Loop loop, String to) {
    Runnable again = () -> loop.timer(() -> dial(fabric, loop, to)).arm(50_000_000L);
    fabric.links().dial(loop, Address.of(to, PORT), spec, new End(again, true));
  }

  private static final class End implements Link.Handler {
    private final Runnable then;
    private final boolean sends;
    private boolean over;

    End(Runnable then, boolean sends) {
      this.then = then;
      this.sends = sends;
    }

    @Override
    public void opened(Link link) {
      if (sends) {
        send(link);
      }
    }

    private void send(Link link) {
      if (!over) {
        for (int i = 0; i < 3; i++) {
          int size = 8 + link.loop().random().nextInt(300);
          link.write(Unpooled.buffer(size).writeZero(size));
        }
        link.loop().timer(() -> send(link)).arm(20_000_000L);
      }
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      if (!sends) {
        link.write(Unpooled.buffer(50).writeZero(50));
      }
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      over = true;
      then.run();
    }
  }

  private Injected blow(Weather weather) {
    var all = new Injected();
    for (long seed = 1; seed <= 3; seed++) {
      try (var simulation = Simulation.of(seed)) {
        for (int i = 0; i < NODES; i++) {
          String name = "n" + i;
          simulation.boot(name, fabric -> program(fabric, name));
        }
        simulation.run(Duration.ofMillis(500));
        counting = true;
        simulation.storm(weather, Duration.ofSeconds(30));
        counting = false;
        all.plus(simulation.injected());
        assertThat(simulation.uncaught()).isEmpty();
      }
    }
    return all;
  }

  @Test
  void atLeastAFifthOfTheEndsByResetIsInsideAMessage() {
    for (double slice : new double[] {0.05, 0.3}) {
      ends = 0;
      inside = 0;
      var injected =
          blow(new Weather.Builder().latency(500, 1_000).slice(slice).links(300, 0, 0).build());
      assertThat(injected.count(Kind.CUT)).isGreaterThan(300);
      assertThat(injected.count(Kind.CUT_INSIDE)).isGreaterThan(injected.count(Kind.CUT) / 2);
      assertThat(ends).isGreaterThan(600);
      assertThat(inside * 5).as("%d of %d ends inside a message", inside, ends).isGreaterThan(ends);
    }
  }

  @Test
  void killsFallInsideMessagesToo() {
    var injected =
        blow(
            new Weather.Builder()
                .latency(500, 1_000)
                .slice(0.05)
                .processes(0, 60, 0)
                .lasting(Kind.KILL, Duration.ofSeconds(2))
                .build());
    injected.require(Kind.KILL, Kind.RESTART);
    // of a killed node's links only those end inside a message to which bytes were on their way
    assertThat(ends).isGreaterThan(100);
    assertThat(inside * 20).as("%d of %d ends inside a message", inside, ends).isGreaterThan(ends);
  }
}
