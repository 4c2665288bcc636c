package io.sennit.session.engine;

import io.netty.buffer.Unpooled;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Link;
import io.sennit.core.spi.Loop;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What carries the frames of a line: a link, or nothing but the loop for a node's talk to itself.
 */
sealed interface Pipe {
  /** Whether a frame may be given now. */
  boolean writable();

  /** Takes a frame. */
  void write(byte[] frame);

  /** Sends what was given, then ends. */
  void close();

  /** Ends at once. */
  void abort(SennitException why);

  /** A link to another node. */
  record OfLink(Link link) implements Pipe {
    @Override
    public boolean writable() {
      return link.writable();
    }

    @Override
    public void write(byte[] frame) {
      link.write(Unpooled.wrappedBuffer(frame));
    }

    @Override
    public void close() {
      link.close();
    }

    @Override
    public void abort(SennitException why) {
      link.abort(why);
    }
  }

  /** One of two ends that are on the same loop. */
  final class Local implements Pipe {
    private final Loop loop;
    private final Line line;
    private @Nullable Local other;
    private boolean closed;

    private Local(Loop loop, Line line) {
      this.loop = loop;
      this.line = line;
    }

    /** Joins two lines of one node. */
    static void join(Loop loop, Line dialer, Line acceptor) {
      var one = new Local(loop, dialer);
      var two = new Local(loop, acceptor);
      one.other = two;
      two.other = one;
      acceptor.opened(two);
      dialer.opened(one);
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void write(byte[] frame) {
      var to = other;
      if (to != null && !closed) {
        loop.execute(
            () -> {
              if (!to.closed) {
                to.line.frame(frame);
              }
            });
      }
    }

    @Override
    public void close() {
      end(Optional.empty());
    }

    @Override
    public void abort(SennitException why) {
      end(Optional.of(why));
    }

    private void end(Optional<SennitException> why) {
      if (closed) {
        return;
      }
      closed = true;
      loop.execute(() -> line.closed(why));
      var to = other;
      if (to != null) {
        loop.execute(
            () ->
                to.end(
                    why.map(
                        w ->
                            new DisconnectedException(
                                "the other end broke", ErrorContext.NONE, w))));
      }
    }
  }
}
