package io.sennit.shards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sennit.core.Address;
import io.sennit.core.DisconnectedException;
import io.sennit.core.codec.Codec;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.shards.engine.EventPort;
import io.sennit.shards.wire.EventMessage;
import io.sennit.shards.wire.EventRegistry;
import io.sennit.shards.wire.EventType;
import io.sennit.shards.wire.StopShardData;
import io.sennit.sim.Simulation;
import io.sennit.testkit.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A connection of the original's protocol for programs of one's own. */
class ConnTest {
  private final List<String> log = new ArrayList<>();
  private final List<EventMessage> got = new ArrayList<>();
  private final List<Conn> accepted = new ArrayList<>();
  private final EventRegistry events = new EventRegistry();

  private Conn connect(Simulation simulation) {
    events.registerUserEvent("text", new EventType(101), Optional.of(Codec.STRING));
    var there = simulation.node("o");
    var here = simulation.node("n");
    var loop = there.loop();
    loop.execute(
        () ->
            there
                .links()
                .listen(
                    loop,
                    Address.of("o", 7447),
                    EventPort.spec(),
                    new Links.Acceptor() {
                      @Override
                      public Loop place() {
                        return loop;
                      }

                      @Override
                      public Link.Handler accept(Link link) {
                        var conn = Conn.accepted(loop, events, StdLogger.STD_LOG_INSTANCE);
                        conn.messageHandler(got::add);
                        accepted.add(conn);
                        return conn.handler();
                      }
                    },
                    Done.of(_ -> {}, why -> log.add("failed " + why))));
    simulation.run(Duration.ofMillis(10));
    var conn =
        Conn.dial(
            here.links(),
            here.loop(),
            Address.of("o", 7447),
            events,
            new StdLogger(LogLevel.INFO, "p: ", log::add));
    simulation.run(Duration.ofMillis(50));
    return conn;
  }

  @Row({
    "S-Conn",
    "S-Conn-id",
    "S-Conn-handlers",
    "S-Conn-listen",
    "S-Conn-send",
    "S-Conn-sendLogErr",
    "S-Conn-sendNoLock",
    "S-Conn-close"
  })
  @Test
  void eventsGoInOrderUntilItEnds() {
    try (var simulation = Simulation.of(1)) {
      var conn = connect(simulation);
      assertThat(conn.id()).startsWith("unknown-");
      conn.id("n-1");
      assertThat(conn.id()).isEqualTo("n-1");
      var ended = new ArrayList<String>();
      conn.connClosedHandler(() -> ended.add("ended"));
      conn.listen();
      conn.send(EventType.STOP_SHARD, new StopShardData(3));
      conn.sendLogErr(new EventType(101), "hi");
      conn.sendLogErr(new EventType(102), new byte[100_000]);
      simulation.run(Duration.ofMillis(50));
      assertThat(got).isEmpty(); // the other side does not listen yet
      accepted.getFirst().listen();
      simulation.run(Duration.ofMillis(50));
      assertThat(got).hasSize(3);
      assertThat(got.getFirst())
          .isEqualTo(new EventMessage.Decoded(EventType.STOP_SHARD, new StopShardData(3)));
      assertThat(((EventMessage.Raw) got.get(2)).rawBody()).hasSize(100_000);

      assertThatThrownBy(() -> conn.sendNoLock(new byte[8]))
          .isInstanceOf(IllegalStateException.class);
      simulation.node("n").loop();
      accepted.getFirst().close();
      accepted.getFirst().close();
      simulation.run(Duration.ofSeconds(1));
      assertThat(ended).containsExactly("ended");
      assertThatThrownBy(() -> conn.send(EventType.SHUTDOWN, null))
          .isInstanceOf(DisconnectedException.class);
      conn.sendLogErr(EventType.SHUTDOWN, null);
      assertThat(log)
          .containsExactly(
              "[ERRO] p: n-1: failed sending message: the connection has ended with n-1");
    }
  }

  @Row({"S-Logger", "S-StdLogger", "S-StdLogInstance", "S-LogLevel", "S-Conn-log"})
  @Test
  void linesHaveTagPrefixAndName() {
    try (var simulation = Simulation.of(1)) {
      var conn = connect(simulation);
      conn.id("n-1");
      conn.log(LogLevel.WARNING, new IllegalStateException("broken"), "careful");
      conn.log(LogLevel.INFO, null, "fine");
      conn.log(LogLevel.DEBUG, null, "not seen");
      assertThat(log).containsExactly("[WARN] p: n-1: careful: broken", "[INFO] p: n-1: fine");
      assertThat(StdLogger.STD_LOG_INSTANCE.level()).isEqualTo(LogLevel.INFO);
      assertThat(List.of(LogLevel.values()))
          .containsExactly(LogLevel.ERROR, LogLevel.WARNING, LogLevel.INFO, LogLevel.DEBUG);
      ConnLogger logger = (level, message) -> log.add(level + " " + message);
      logger.log(LogLevel.ERROR, "own");
      assertThat(log).contains("ERROR own");
    }
  }
}
