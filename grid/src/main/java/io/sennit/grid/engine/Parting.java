package io.sennit.grid.engine;

import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.spi.Loop;
import io.sennit.grid.Payload;
import io.sennit.grid.wire.Extensions;
import io.sennit.grid.wire.Op;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How a channel is left without losing a call: docs/protocol/grid.md §9.7. Once it is being left,
 * no call or stream begins on it from any thread; when the last that had begun before has come to
 * the loop and was written, which a large one is much later, the peer is told goodbye. When both
 * sides have said it and nothing is in flight, the link is closed.
 *
 * <p>The count of those who begin costs a call one atomic addition. Who begins adds to it first and
 * looks at the mark afterwards; who leaves sets the mark first and looks at the count afterwards:
 * so nobody slips through between the two.
 */
final class Parting {
  private static final long LOOK_AGAIN_NANOS = 20_000_000;

  private final Channel channel;
  private final AtomicLong begun = new AtomicLong();
  private final AtomicLong abandoned = new AtomicLong();
  private long arrived; // of those begun
  private volatile boolean left; // nothing begins any more
  private boolean said;
  private boolean heard;
  private long until; // on the loop's clock, 0: as long as anything is in flight
  private Loop.@Nullable Timer timer;

  Parting(Channel channel) {
    this.channel = channel;
  }

  // --- from any thread ---

  /** Something may begin; then it must be offered, or {@link #abandoned} called. */
  boolean enter() {
    begun.incrementAndGet();
    if (left) {
      abandoned();
      return false;
    }
    return true;
  }

  /** What was to begin will not. */
  void abandoned() {
    abandoned.incrementAndGet();
  }

  boolean isLeft() {
    return left;
  }

  // --- the loop ---

  void arrived() {
    arrived++;
  }

  /** What is in flight has so long to end. */
  void limit(long nanos) {
    until = channel.loop().nanoTime() + nanos;
  }

  /** This side leaves. */
  void begin() {
    if (!left) {
      left = true;
      timer = channel.loop().timer(this::tick);
      timer.arm(LOOK_AGAIN_NANOS);
    }
    look();
  }

  /** The peer leaves: this side does too. */
  void heard() {
    heard = true;
    begin();
  }

  /** Says goodbye at once: the link is about to be closed. */
  void sayNow() {
    left = true;
    say();
  }

  /** The channel has ended. */
  void end() {
    if (timer != null) {
      timer.cancel();
    }
  }

  /** What cannot be seen from here, such as a deadline that ended a call, is looked for now. */
  private void tick() {
    look();
    if (until != 0 && channel.isOpen() && channel.loop().nanoTime() - until >= 0) {
      channel.shutdown(
          new DisconnectedException(
              "remote disconnected: another connection took its place, and work on it did not end"
                  + " in time",
              ErrorContext.peer(channel.remoteHost())));
    }
    if (channel.isOpen() && timer != null) {
      timer.arm(LOOK_AGAIN_NANOS);
    }
  }

  /** Does what has become possible. */
  void look() {
    if (!left || !channel.isOpen()) {
      return;
    }
    if (!said) {
      long gone = arrived + abandoned.get(); // before the other: who abandons has begun before
      if (begun.get() == gone && !channel.pending().anyUnsent()) {
        say();
      }
    }
    if (said && heard && channel.openThings() == 0 && channel.outlet().isEmpty()) {
      channel.shutdown(
          new DisconnectedException(
              "remote disconnected: both sides left the connection",
              ErrorContext.peer(channel.remoteHost())));
    }
  }

  private void say() {
    if (said) {
      return;
    }
    said = true;
    if (channel.extensions().has(Extensions.GOODBYE)) {
      channel.outlet().control(Op.DISCONNECT.code(), 0, 0, 0, Payload.ABSENT);
    } else {
      heard = true; // an original peer cannot answer: what is in flight still ends
    }
  }
}
