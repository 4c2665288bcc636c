package io.sennit.grid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.ForwardingFabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.grid.wire.Envelope;
import io.sennit.grid.wire.MergedReader;
import io.sennit.grid.wire.Message;
import io.sennit.grid.wire.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A node whose engine sees its messages through a defect. */
final class DefectFabric extends ForwardingFabric {
  private final Supplier<Defect> defects;

  /** What goes wrong on one link. */
  interface Defect {
    /** What the engine gets to see instead of a message. */
    List<Message> instead(Message message);

    /** Whether it learns of the link's end. */
    default boolean tellsEnd() {
      return true;
    }
  }

  DefectFabric(Fabric real, Supplier<Defect> defects) {
    super(real);
    this.defects = defects;
  }

  private Link.Handler bent(Link.Handler handler) {
    return new Bent(handler, defects.get());
  }

  @Override
  public Links links() {
    var links = inner().links();
    return new Links() {
      @Override
      public Link dial(Loop loop, Address to, LinkSpec spec, Link.Handler handler) {
        return links.dial(loop, to, spec, bent(handler));
      }

      @Override
      public void listen(
          Loop loop, Address at, LinkSpec spec, Acceptor acceptor, Done<Listener> done) {
        links.listen(
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
                return bent(acceptor.accept(link));
              }
            },
            done);
      }
    };
  }

  private static final class Bent implements Link.Handler {
    private final Link.Handler handler;
    private final Defect defect;
    private boolean inMessage;
    private boolean ended;

    Bent(Link.Handler handler, Defect defect) {
      this.handler = handler;
      this.defect = defect;
    }

    @Override
    public void opened(Link link) {
      handler.opened(link);
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      if (!last || inMessage) {
        inMessage = !last;
        handler.message(link, part, last);
        return;
      }
      var bytes = new byte[part.readableBytes()];
      part.getBytes(part.readerIndex(), bytes);
      for (var message : read(bytes)) {
        for (var instead : defect.instead(message)) {
          if (!ended) {
            handler.message(link, Unpooled.wrappedBuffer(instead.encode(false)), true);
          }
        }
      }
    }

    private static List<Message> read(byte[] bytes) {
      var list = new ArrayList<Message>();
      var outer = new Envelope();
      outer.parse(bytes, 0, bytes.length);
      if (outer.op() != Op.MERGED.code()) {
        list.add(outer.toMessage());
        return list;
      }
      var reader = new MergedReader();
      var inner = new Envelope();
      reader.start(outer);
      while (reader.next(inner)) {
        list.add(inner.toMessage());
      }
      return list;
    }

    @Override
    public void batchEnd(Link link) {
      handler.batchEnd(link);
    }

    @Override
    public void writable(Link link) {
      handler.writable(link);
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      ended = true;
      if (defect.tellsEnd()) {
        handler.closed(link, why);
      }
    }
  }
}
