package io.sennit.grid;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.LinkSpec;
import io.sennit.grid.wire.WebSocketFraming;
import io.sennit.testkit.Leaks;
import io.sennit.testkit.Row;
import io.sennit.testkit.SocketWorld;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The grid's frames on a real socket whose other end takes its time. */
@ExtendWith(Leaks.class)
@Timeout(60)
class SlowReaderTest {
  private static final int FRAME = 24 << 20;
  private static final int GULP = 3 << 20;
  private static final Duration STALL = Duration.ofMillis(800);

  /** Notes how its link ends. */
  private static final class Writer implements Link.Handler {
    final AtomicReference<SennitException> why = new AtomicReference<>();

    @Override
    public void opened(Link link) {
      var frame = Unpooled.buffer(FRAME + 32, FRAME + 32).setIndex(32, FRAME + 32);
      link.write(frame);
      link.flush();
    }

    @Override
    public void message(Link link, ByteBuf part, boolean last) {}

    @Override
    public void writable(Link link) {}

    @Override
    public void closed(Link link, Optional<SennitException> reason) {
      reason.ifPresent(why::set);
    }
  }

  /** The original gives a whole frame 4 s; here what counts is that bytes leave at all. */
  @Test
  @Row("G-W11")
  void w11AFrameThatLeavesInGulpsIsNotStalled() throws Exception {
    var world = new SocketWorld();
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var spec =
          LinkSpec.of(new WebSocketFraming())
              .withBounds(FRAME, 2L * FRAME)
              .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), STALL);
      var node = world.node("n0");
      var loop = node.loop();
      var writer = new Writer();
      loop.execute(
          () ->
              node.links()
                  .dial(loop, Address.of("127.0.0.1", server.getLocalPort()), spec, writer));
      try (var socket = server.accept()) {
        long begun = System.nanoTime();
        long read = 0;
        while (read < FRAME) {
          int got = socket.getInputStream().readNBytes(GULP).length;
          assertThat(got).as("after %d bytes: %s", read, writer.why.get()).isPositive();
          read += got;
          world.elapse(STALL.dividedBy(3));
        }
        assertThat(System.nanoTime() - begun).isGreaterThan(2 * STALL.toNanos());
        assertThat(writer.why.get()).isNull();
      }
    } finally {
      world.close();
    }
  }
}
