package io.sennit.net;

import io.netty.channel.socket.ServerSocketChannel;
import io.sennit.core.Address;
import io.sennit.core.Thrown;
import io.sennit.core.spi.FabricListener;
import io.sennit.core.spi.Loop.Timer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Stops accepting for a while when it fails: without a descriptor the next try would fail at once,
 * and the kernel would say again at once that somebody waits. Of the port's loop.
 */
final class AcceptPause {
  private static final Logger LOG = System.getLogger("io.sennit.net.listen");
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final IOException NOTHING = new IOException("");

  private enum State {
    ACCEPTING,
    PAUSED,
    /** Accepting again, and not yet known whether it works. */
    TRYING
  }

  private final ServerSocketChannel server;
  private final FabricListener listener;
  private final Timer timer;
  private State state = State.ACCEPTING;
  private Address at;
  private long pauseNanos;

  AcceptPause(NetLoop loop, ServerSocketChannel server, Address at, FabricListener listener) {
    this.server = server;
    this.at = at;
    this.listener = listener;
    this.timer = loop.timer(this::ring);
    Reasons.isOutOfFiles(NOTHING); // a class on disk cannot be loaded without a descriptor
  }

  /** The address with the port that was given. */
  void bound(Address real) {
    at = real;
  }

  /** Accepting failed. */
  void failed(Throwable cause) {
    if (state == State.PAUSED) {
      return;
    }
    boolean first = state == State.ACCEPTING;
    pauseNanos = first ? FIRST_NANOS : Math.min(2 * pauseNanos, LONGEST_NANOS);
    state = State.PAUSED;
    server.config().setAutoRead(false);
    timer.arm(pauseNanos);
    LOG.log(
        Level.WARNING,
        "accepting at {0} pauses for {1} ms: {2}",
        at,
        pauseNanos / 1_000_000,
        Reasons.words(cause));
    if (first) {
      listener.acceptPaused(at, Thrown.printable(cause));
    }
  }

  private void ring() {
    if (state == State.PAUSED) {
      state = State.TRYING;
      timer.arm(pauseNanos);
      server.config().setAutoRead(true);
    } else if (state == State.TRYING) {
      worked(); // nobody came, and nothing failed
    }
  }

  /** A connection was accepted. */
  void worked() {
    if (state == State.TRYING) {
      state = State.ACCEPTING;
      timer.cancel();
      LOG.log(Level.INFO, "accepting at {0} goes on", at);
      listener.acceptResumed(at);
    }
  }

  void end() {
    timer.cancel();
  }
}
