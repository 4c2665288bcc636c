package io.sennit.mesh.engine;

import io.sennit.core.spi.Endpoint;
import io.sennit.core.spi.Loop;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what strangers can make a node do: handshakes a second, sessions nobody uses, packets that
 * do not open, answers to sources that never showed that they are there (docs/protocol/mesh.md,
 * section 10).
 */
final class Doorkeeper {
  /** The HELLO may be answered. */
  static final long ADMITTED = 0;

  /** The HELLO is dropped. */
  static final long DROPPED = -1;

  private static final int MOST_HALF_OPEN = 256;
  private static final int FREE_HELLOS = 32;
  private static final int MOST_HELLOS = 2_000;
  private static final int MOST_FAILED = 200;
  private static final int MOST_RESETS = 10;
  private static final int MOST_SOURCES = 1024;
  private static final long SECOND = 1_000_000_000L;
  private static final long HALF_OPEN_NANOS = 10 * SECOND;

  private final Loop loop;
  private final Secrets secrets;
  private final Counters counters;
  private final Map<ByteBuffer, HalfOpen> halfOpen = new LinkedHashMap<>();
  private final Map<Endpoint, int[]> failures = new LinkedHashMap<>();
  private final Map<Endpoint, int[]> resets = new LinkedHashMap<>();
  private long second = Long.MIN_VALUE;
  private int hellos;

  private record HalfOpen(byte[] answer, Association association, long since) {}

  Doorkeeper(Loop loop, Secrets secrets, Counters counters) {
    this.loop = loop;
    this.secrets = secrets;
    this.counters = counters;
  }

  private void turn() {
    long now = loop.nanoTime() / SECOND;
    if (now != second) {
      second = now;
      hellos = 0;
      failures.clear();
      resets.clear();
      expire(loop.nanoTime());
    }
  }

  private void expire(long now) {
    for (var it = halfOpen.values().iterator(); it.hasNext(); ) {
      var one = it.next();
      if (now - one.since() < HALF_OPEN_NANOS) {
        return; // in the order of their beginning
      }
      it.remove();
      if (!one.association().isProven()) {
        one.association().end(never());
      }
    }
  }

  private static io.sennit.core.DisconnectedException never() {
    return new io.sennit.core.DisconnectedException(
        "the session was never used", io.sennit.core.ErrorContext.NONE);
  }

  /** The answer given to the same handshake before, while its session stands. */
  byte @Nullable [] remembered(byte[] message) {
    var before = halfOpen.get(ByteBuffer.wrap(message, 0, Noise.KEY));
    return before == null || before.association().hasEnded() ? null : before.answer();
  }

  /** {@link #ADMITTED}, {@link #DROPPED}, or the cookie that the source has to repeat. */
  long admit(Endpoint from, long cookie) {
    turn();
    if (isFlooding(from)) {
      counters.floods++;
      return DROPPED;
    }
    if (++hellos > FREE_HELLOS) {
      long minute = loop.wallTime().getEpochSecond() / 60;
      boolean there =
          cookie != 0
              && (cookie == secrets.cookie(from, minute)
                  || cookie == secrets.cookie(from, minute - 1));
      if (!there) {
        return secrets.cookie(from, minute);
      }
      if (hellos > MOST_HELLOS) {
        counters.floods++;
        return DROPPED;
      }
    }
    return ADMITTED;
  }

  /** Whether a source has sent too much that does not open. */
  boolean isFlooding(Endpoint from) {
    turn();
    var count = failures.get(from);
    return count != null && count[0] >= MOST_FAILED;
  }

  /** A packet of this source did not open. */
  void failed(Endpoint from) {
    turn();
    count(failures, from);
  }

  /** Whether a source may be told that its session is not known. */
  boolean mayReset(Endpoint to) {
    turn();
    return count(resets, to) <= MOST_RESETS;
  }

  private static int count(Map<Endpoint, int[]> counts, Endpoint source) {
    var count = counts.get(source);
    if (count == null) {
      if (counts.size() >= MOST_SOURCES) {
        return Integer.MAX_VALUE;
      }
      count = new int[1];
      counts.put(source, count);
    }
    return ++count[0];
  }

  /** A session was promised to a handshake; it takes effect with its first packet. */
  void halfOpen(byte[] message, byte[] answer, Association association) {
    turn();
    if (halfOpen.size() >= MOST_HALF_OPEN) {
      var it = halfOpen.values().iterator();
      var oldest = it.next();
      it.remove();
      if (!oldest.association().isProven()) {
        oldest.association().end(never());
      }
    }
    halfOpen.put(
        ByteBuffer.wrap(Arrays.copyOf(message, Noise.KEY)),
        new HalfOpen(answer, association, loop.nanoTime()));
  }

  /** It has taken effect, or is over. */
  void proven(Association association) {
    if (association.hasEnded()) {
      halfOpen.values().removeIf(one -> one.association() == association);
    }
  }

  int halfOpenCount() {
    return halfOpen.size();
  }

  void close() {
    halfOpen.clear();
  }
}
