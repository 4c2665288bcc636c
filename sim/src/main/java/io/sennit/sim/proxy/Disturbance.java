package io.sennit.sim.proxy;

import java.time.Duration;

/**
 * What networks do to bytes and packets, in the words of the simulated weather. Most faults stand
 * until they are lifted; {@link ResetLinks} and {@link HalfClose} happen once, to the connections
 * there are. What makes no sense for a proxy is refused by it: see {@link #tcp()} and {@link
 * #udp()}.
 */
public sealed interface Disturbance {
  /** Whether a TCP proxy knows it. */
  default boolean tcp() {
    return true;
  }

  /** Whether a UDP proxy knows it. */
  default boolean udp() {
    return false;
  }

  /** Everything later by {@code delay} plus up to {@code jitter}; bytes keep their order. */
  record Latency(Duration delay, Duration jitter) implements Disturbance {
    /** Checks the range. */
    public Latency {
      if (delay.isNegative() || jitter.isNegative()) {
        throw new IllegalArgumentException("a delay is not negative: " + delay + ", " + jitter);
      }
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  /** At most so many bytes a second, for each connection or for all packets of a direction. */
  record Bandwidth(long bytesPerSecond) implements Disturbance {
    /** Checks the range. */
    public Bandwidth {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException("a bandwidth is at least 1 byte a second");
      }
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  /** Bytes leave in segments of at most so many. */
  record Slice(int bytes) implements Disturbance {
    /** Checks the range. */
    public Slice {
      if (bytes < 1) {
        throw new IllegalArgumentException("a slice is at least 1 byte");
      }
    }
  }

  /** Nothing comes through, while sockets stay open; bytes wait until it is lifted, packets die. */
  record BlackHole() implements Disturbance {
    @Override
    public boolean udp() {
      return true;
    }
  }

  /** Each connection is reset once so many bytes went through in the direction. */
  record ResetAfter(long bytes) implements Disturbance {
    /** Checks the range. */
    public ResetAfter {
      if (bytes < 0) {
        throw new IllegalArgumentException("a count of bytes is not negative");
      }
    }
  }

  /** All connections are reset, once. */
  record ResetLinks() implements Disturbance {}

  /** The direction ends (FIN) on all connections once, the other one goes on. */
  record HalfClose() implements Disturbance {}

  /** New connections are refused; those there are go on. Counts for the proxy, not a direction. */
  record Refuse() implements Disturbance {}

  /** New connections are never answered; those there are go on. As for {@link Refuse}. */
  record Hang() implements Disturbance {}

  /** One bit is wrong in about every so many bytes. */
  record FlipBit(long everyBytes) implements Disturbance {
    /** Checks the range. */
    public FlipBit {
      if (everyBytes < 1) {
        throw new IllegalArgumentException("a flip in at least every 1 byte");
      }
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  /** This share of packets is lost. */
  record Loss(double share) implements Disturbance {
    /** Checks the range. */
    public Loss {
      checkShare(share);
    }

    @Override
    public boolean tcp() {
      return false;
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  /** This share of packets comes twice. */
  record Duplicate(double share) implements Disturbance {
    /** Checks the range. */
    public Duplicate {
      checkShare(share);
    }

    @Override
    public boolean tcp() {
      return false;
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  /** This share of packets comes later by {@code late}, so that others overtake it. */
  record Reorder(double share, Duration late) implements Disturbance {
    /** Checks the range. */
    public Reorder {
      checkShare(share);
    }

    @Override
    public boolean tcp() {
      return false;
    }

    @Override
    public boolean udp() {
      return true;
    }
  }

  private static void checkShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1: " + share);
    }
  }
}
