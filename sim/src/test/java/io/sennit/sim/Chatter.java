package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Store;
import io.sennit.testkit.LengthFraming;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that uses everything a fabric has: each node dials all others again and again, sends
 * numbered messages and packets, writes them to a store, and wants to lead. It checks what holds in
 * any weather: a link's messages come in order and without gap.
 */
final class Chatter {
  static final int PORT = 7_000;
  static final LinkSpec SPEC = LinkSpec.of(new LengthFraming());

  final Simulation simulation;
  final List<String> nodes = new ArrayList<>();
  final List<String> wrongs = new ArrayList<>();
  final List<Long> epochs = new ArrayList<>();
  long messages;
  long packets;
  long commits;
  long acknowledged;
  long ended;
  Instant lastSeen = Instant.EPOCH;

  Chatter(Simulation simulation, int count) {
    this.simulation = simulation;
    for (int i = 0; i < count; i++) {
      nodes.add("n" + i);
    }
    for (var node : nodes) {
      simulation.node(node);
    }
    for (var node : nodes) {
      simulation.boot(node, fabric -> new Node(node, fabric).start());
    }
  }

  private final class Node {
    final String name;
    final Fabric fabric;
    final Loop loop;

    Node(String name, Fabric fabric) {
      this.name = name;
      this.fabric = fabric;
      this.loop = fabric.loop();
    }

    void start() {
      loop.execute(this::begin);
      fabric.campaign(
          fabric.quietLoop(),
          "boss",
          name,
          new Leadership() {
            @Override
            public void leading(long epoch) {
              if (!epochs.isEmpty() && epochs.getLast() >= epoch) {
                wrongs.add("epoch " + epoch + " after " + epochs.getLast());
              }
              epochs.add(epoch);
            }

            @Override
            public void lost() {}
          });
    }

    private void begin() {
      fabric
          .links()
          .listen(
              loop,
              Address.of(name, PORT),
              SPEC,
              new Links.Acceptor() {
                @Override
                public Loop place() {
                  return fabric.loop();
                }

                @Override
                public Link.Handler accept(Link link) {
                  return new End(false);
                }
              },
              Done.of(_ -> {}, why -> wrongs.add("listen: " + why)));
      for (var other : nodes) {
        if (!other.equals(name)) {
          dial(other);
        }
      }
      fabric
          .datagrams()
          .bind(
              loop,
              Address.of(name, PORT),
              1400,
              1 << 20,
              new Datagrams.Handler() {
                @Override
                public void packet(Endpoint from, ByteBuf packet) {
                  packets++;
                }

                @Override
                public void failed(SennitException why) {}
              },
              Done.of(this::gossip, why -> wrongs.add("bind: " + why)));
      openStore();
    }

    private void openStore() {
      fabric.store(loop, "s", Done.of(this::write, why -> wrongs.add("store: " + why)));
    }

    private void dial(String other) {
      fabric.links().dial(loop, Address.of(other, PORT), SPEC, new End(true, () -> again(other)));
    }

    private void again(String other) {
      loop.timer(() -> dial(other)).arm(50_000_000 + loop.random().nextLong(100_000_000));
    }

    private void gossip(Datagrams.Socket socket) {
      var timer = new Loop.Timer[1];
      timer[0] =
          loop.timer(
              () -> {
                lastSeen = loop.wallTime();
                var other = nodes.get(loop.random().nextInt(nodes.size()));
                fabric
                    .names()
                    .resolve(
                        loop,
                        other + ":" + PORT,
                        false,
                        Done.of(
                            at -> socket.send(at.getFirst(), socket.packet().writeLong(1)),
                            _ -> {}));
                timer[0].arm(20_000_000);
              });
      timer[0].arm(0);
    }

    private void write(Store store) {
      store.bounds(
          "log",
          Done.of(
              bounds -> {
                if (bounds.next() < 0) {
                  wrongs.add("bounds " + bounds);
                }
                append(store, bounds.next());
              },
              _ -> store.close()));
    }

    private void append(Store store, long index) {
      var level = loop.random().nextBoolean() ? Store.Durability.FSYNC : Store.Durability.OS;
      commits++;
      store.commit(
          store.batch().append("log", index, new byte[20]),
          level,
          Done.of(
              _ -> {
                acknowledged++;
                loop.timer(() -> append(store, index + 1)).arm(30_000_000);
              },
              _ -> {
                store.close();
                loop.timer(this::openStore).arm(100_000_000);
              }));
    }
  }

  /** Sends numbers as long as it is writable; expects the other's in order. */
  private final class End implements Link.Handler {
    private final boolean sends;
    private final Runnable then;
    private long sent;
    private long expected;

    End(boolean sends) {
      this(sends, () -> {});
    }

    End(boolean sends, Runnable then) {
      this.sends = sends;
      this.then = then;
    }

    @Override
    public void opened(Link link) {
      if (sends) {
        send(link);
      }
    }

    private void send(Link link) {
      for (int i = 0; i < 3 && link.writable(); i++) {
        int size = 8 + link.loop().random().nextInt(300);
        link.write(Unpooled.buffer(size).writeLong(sent++).writeZero(size - 8));
      }
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      messages++;
      long number = part.readLong();
      if (number != expected++) {
        wrongs.add("message " + number + ", expected " + (expected - 1));
      }
      if (!sends) {
        link.write(Unpooled.buffer(8).writeLong(number));
      } else if (number % 3 == 2) {
        link.loop().timer(() -> send(link)).arm(20_000_000);
      }
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      ended++;
      then.run();
    }
  }
}
