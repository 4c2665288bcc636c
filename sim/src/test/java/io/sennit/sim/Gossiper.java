package io.sennit.sim;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Loop;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that asks some random others again and again by packets, as a membership does. */
final class Gossiper implements Datagrams.Handler {
  private static final int PORT = 7_000;

  private final Loop loop;
  private final List<Gossiper> all;
  private final int peers;
  private final long each;
  private final int size;
  private final Loop.Timer timer;
  private Datagrams.@Nullable Socket socket;
  private @Nullable Endpoint place;
  long answered;

  Gossiper(Fabric fabric, int number, List<Gossiper> all, int peers, Duration each, int size) {
    this.loop = fabric.quietLoop();
    this.all = all;
    this.peers = peers;
    this.each = each.toNanos();
    this.size = size;
    this.timer = loop.timer(this::ask);
    fabric
        .datagrams()
        .bind(
            loop,
            Address.of("n" + number, PORT),
            1_400,
            1 << 20,
            this,
            Done.of(
                bound -> {
                  socket = bound;
                  timer.arm(loop.random().nextLong(this.each));
                },
                this::failed));
    fabric
        .names()
        .resolve(
            loop,
            "n" + number + ":" + PORT,
            false,
            Done.of(found -> place = found.getFirst(), this::failed));
  }

  private void ask() {
    var with = socket;
    if (with != null) {
      for (int i = 0; i < peers; i++) {
        var to = all.get(loop.random().nextInt(all.size())).place;
        if (to != null) {
          with.send(to, with.packet().writeByte(1).writeZero(size - 1));
        }
      }
    }
    timer.arm(each);
  }

  @Override
  public void packet(Endpoint from, ByteBuf packet) {
    var with = socket;
    if (with != null && packet.getByte(0) == 1) {
      with.send(from, with.packet().writeByte(2).writeZero(99));
    } else {
      answered++;
    }
  }

  @Override
  public void failed(SennitException why) {
    throw new AssertionError(why);
  }
}
