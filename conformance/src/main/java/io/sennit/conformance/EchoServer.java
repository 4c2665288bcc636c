package io.sennit.conformance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Done;
import io.sennit.core.spi.Fabric;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.core.spi.Links;
import io.sennit.core.spi.Loop;
import io.sennit.core.spi.Opening;
import io.sennit.grid.wire.WebSocketFraming;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends each message back whole, with nothing but the grid's framing and the links of net. */
final class EchoServer implements AutoCloseable {
  private static final int LONGEST = 32 << 20; // the suite's longest message has 16 MiB
  private static final Duration STALL = Duration.ofSeconds(30); // the suite is slow to read 16 MiB

  private final Fabric fabric = Fabric.system();
  private final Endings endings = new Endings();
  private final Links.Listener listener;

  EchoServer() throws Exception {
    var loop = fabric.loop();
    var spec =
        LinkSpec.of(new WebSocketFraming())
            .withOpening(new Opening.Answer("/", (_, _) -> {}))
            .withBounds(LONGEST, 2L * LONGEST)
            .withTimes(Duration.ofSeconds(2), Duration.ofSeconds(5), STALL);
    var bound = new CompletableFuture<Links.Listener>();
    fabric
        .links()
        .listen(
            loop,
            Address.of("127.0.0.1", 0),
            spec,
            new Echoes(loop, endings),
            Done.of(bound::complete, bound::completeExceptionally));
    listener = bound.get(10, TimeUnit.SECONDS);
  }

  int port() {
    return listener.address().port();
  }

  /** How its links have ended so far. */
  Endings endings() {
    return endings;
  }

  @Override
  public void close() {
    listener.close();
    fabric.close();
  }

  /** Takes every link. */
  private record Echoes(Loop loop, Endings endings) implements Links.Acceptor {
    @Override
    public Loop place() {
      return loop;
    }

    @Override
    public Link.Handler accept(Link link) {
      return new Echo(endings);
    }
  }

  /** One link's: gathers a message and sends it back. */
  private static final class Echo implements Link.Handler {
    private final Endings endings;
    private ByteBuf gathered = Unpooled.EMPTY_BUFFER;

    Echo(Endings endings) {
      this.endings = endings;
    }

    @Override
    public void opened(Link link) {
      endings.opened();
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {
      if (gathered.capacity() == 0) {
        int room = WebSocketFraming.HEADROOM;
        gathered = Unpooled.buffer(room + part.readableBytes()).setIndex(room, room);
      }
      gathered.writeBytes(part, part.readerIndex(), part.readableBytes());
      if (last) {
        var whole = gathered;
        gathered = Unpooled.EMPTY_BUFFER;
        link.write(whole);
      }
    }

    @Override
    public void closed(Link link, Optional<SennitException> why) {
      endings.closed(why);
    }
  }
}
