package io.sennit.shards;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Datagrams;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Leadership;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Names;
import io.sennit.core.spi.Peer;
import io.sennit.core.spi.Runner;
import io.sennit.core.spi.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A fabric whose links change what goes through them, as an engine with a defect would. */
record Tampered(Fabric under, Defect defect, UnaryOperator<Store> stores) implements Fabric {
  /** What becomes of an event: its number in four bytes, then its body. */
  interface Defect {
    /** Goes out. */
    default List<byte[]> out(Link link, byte[] event) {
      return List.of(event);
    }

    /** Comes in. */
    default List<byte[]> in(Link link, byte[] event) {
      return List.of(event);
    }
  }

  @Override
  public Links links() {
    var plain = under.links();
    return new Links() {
      @Override
      public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
        return new Through(plain.dial(loop, to, spec, new Ears(handler)));
      }

      @Override
      public void listen(
          Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
        plain.listen(
            loop,
            at,
            spec,
            new Acceptor() {
              @Override
              public Loop place() {
                return acceptor.place();
              }

              @Override
              public Link.Handler accept(Link link) {
                return new Ears(acceptor.accept(new Through(link)));
              }
            },
            done);
      }
    };
  }

  private final class Ears implements Link.Handler {
    private final Link.Handler to;

    Ears(Link.Handler to) {
      this.to = to;
    }

    @Override
    public void opened(Link link) {
      to.opened(new Through(link));
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      var bytes = new byte[part.readableBytes()];
      part.getBytes(part.readerIndex(), bytes);
      for (var event : defect.in(link, bytes)) {
        to.message(link, Unpooled.wrappedBuffer(event), last);
      }
    }

    @Override
    public void batchEnd(Link link) {
      to.batchEnd(link);
    }

    @Override
    public void writable(Link link) {
      to.writable(link);
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      to.closed(link, why);
    }
  }

  private final class Through implements Link {
    private final Link to;

    Through(Link to) {
      this.to = to;
    }

    @Override
    public Loop loop() {
      return to.loop();
    }

    @Override
    public Peer peer() {
      return to.peer();
    }

    @Override
    public int maxMessage() {
      return to.maxMessage();
    }

    @Override
    public void write(ByteBuf message) {
      var bytes = new byte[message.readableBytes()];
      message.readBytes(bytes);
      message.release();
      for (var event : defect.out(to, bytes)) {
        to.write(Unpooled.copiedBuffer(event));
      }
    }

    @Override
    public void flush() {
      to.flush();
    }

    @Override
    public long queuedBytes() {
      return to.queuedBytes();
    }

    @Override
    public boolean writable() {
      return to.writable();
    }

    @Override
    public void read(boolean on) {
      to.read(on);
    }

    @Override
    public void close() {
      to.close();
    }

    @Override
    public void abort(SennitException why) {
      to.abort(why);
    }

    @Override
    public Stats stats() {
      return to.stats();
    }
  }

  @Override
  public void store(Loop owner, String name, Done<Store> done) {
    under.store(owner, name, Done.of(s -> done.ok(stores.apply(s)), done::failed));
  }

  @Override
  public Loop loop() {
    return under.loop();
  }

  @Override
  public Loop quietLoop() {
    return under.quietLoop();
  }

  @Override
  public Datagrams datagrams() {
    return under.datagrams();
  }

  @Override
  public Names names() {
    return under.names();
  }

  @Override
  public Runner runner() {
    return under.runner();
  }

  @Override
  public Campaign campaign(Loop owner, String role, String me, Leadership leadership) {
    return under.campaign(owner, role, me, leadership);
  }

  @Override
  public void close() {
    under.close();
  }
}
