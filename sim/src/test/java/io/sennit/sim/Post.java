package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node's socket for tests of packets: sends numbered ones, keeps what arrives and when. */
final class Post {
  static final int PORT = 7_000;

  /** A packet that arrived. */
  record Arrival(Duration at, byte[] bytes) {
    int length() {
      return bytes.length;
    }
  }

  final List<Arrival> arrivals = new ArrayList<>();
  int tooLong; // packets that its system refused as too long for their path
  private final Simulation simulation;
  private final String node;
  private final Loop loop;
  private Datagrams.@Nullable Socket socket;

  Post(Simulation simulation, String node) {
    this(simulation, node, simulation.node(node).datagrams());
  }

  Post(Simulation simulation, String node, Datagrams datagrams) {
    this.simulation = simulation;
    this.node = node;
    this.loop = simulation.node(node).loop();
    datagrams.bind(
        loop,
        Address.of(node, PORT),
        9_000,
        1 << 24,
        new Datagrams.Handler() {
          @Override
          public void packet(Endpoint from, ByteBuf packet) {
            var bytes = new byte[packet.readableBytes()];
            packet.readBytes(bytes);
            arrivals.add(new Arrival(simulation.time(), bytes));
          }

          @Override
          public void tooLong(Endpoint to, int bytes, int fits) {
            tooLong++;
          }

          @Override
          public void failed(SennitException why) {
            throw new AssertionError(why);
          }
        },
        Done.of(
            bound -> socket = bound,
            why -> {
              throw new AssertionError(why);
            }));
    simulation.run(Duration.ofMillis(1));
  }

  Endpoint place() {
    return simulation.machine(node).endpoint(PORT);
  }

  /** Sends so many packets of so many bytes, evenly over a time, each with its number in it. */
  void send(Endpoint to, int count, int bytes, Duration over) {
    long each = over.toNanos() / Math.max(1, count);
    for (int i = 0; i < count; i++) {
      int number = i;
      simulation.after(Event.of(null, () -> loop.execute(() -> send(to, number, bytes))), i * each);
    }
  }

  private void send(Endpoint to, int number, int bytes) {
    var with = socket;
    if (with == null) {
      throw new AssertionError("not bound");
    }
    with.send(to, with.packet().writeInt(number).writeZero(bytes - 4));
  }

  List<Integer> numbers() {
    return arrivals.stream()
        .map(
            a ->
                (a.bytes[0] & 0xff) << 24
                    | (a.bytes[1] & 0xff) << 16
                    | (a.bytes[2] & 0xff) << 8
                    | a.bytes[3] & 0xff)
        .toList();
  }
}
