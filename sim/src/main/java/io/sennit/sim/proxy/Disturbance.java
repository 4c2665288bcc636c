package io.sennit.sim.proxy;

import io.sennit.sim.BurstLoss;
import java.time.Duration;

/**
 * What networks do to connections and packets, in the words of the simulated weather ({@link
 * io.sennit.sim.PathWeather}). Most stand until they are lifted; {@link Cut} and {@link HalfClose}
 * happen once, to the connections there are.
 */
public sealed interface Disturbance {
  /** What a {@link TcpProxy} can do. */
  sealed interface OnLinks extends Disturbance {}

  /** What a {@link UdpProxy} can do. */
  sealed interface OnPackets extends Disturbance {}

  /** Everything later by {@code delay} plus up to {@code jitter}; bytes keep their order. */
  record Latency(Duration delay, Duration jitter) implements OnLinks, OnPackets {
    /** Checks the range. */
    public Latency {
      if (delay.isNegative() || jitter.isNegative()) {
        throw new IllegalArgumentException("a delay is not negative: " + delay + ", " + jitter);
      }
    }
  }

  /** At most so many bytes a second, for each connection or for all packets of a direction. */
  record Rate(long bytesPerSecond) implements OnLinks, OnPackets {
    /** Checks the range. */
    public Rate {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException("a rate is at least 1 byte a second");
      }
    }
  }

  /** Bytes leave in segments of at most so many. */
  record Slice(int bytes) implements OnLinks {
    /** Checks the range. */
    public Slice {
      if (bytes < 1) {
        throw new IllegalArgumentException("a slice is at least 1 byte");
      }
    }
  }

  /** Nothing comes through, while sockets stay open; bytes wait until it is lifted, packets die. */
  record BlackHole() implements OnLinks, OnPackets {}

  /** Each connection is reset once so many bytes went through in the direction. */
  record CutAfter(long bytes) implements OnLinks {
    /** Checks the range. */
    public CutAfter {
      if (bytes < 0) {
        throw new IllegalArgumentException("a count of bytes is not negative");
      }
    }
  }

  /** All connections are reset, once. */
  record Cut() implements OnLinks {}

  /** The direction ends (FIN) on all connections once, the other one goes on. */
  record HalfClose() implements OnLinks {}

  /** New connections are refused; those there are go on. Counts for the proxy, not a direction. */
  record Refuse() implements OnLinks {}

  /** New connections are never answered; those there are go on. As for {@link Refuse}. */
  record Hang() implements OnLinks {}

  /** One bit is wrong in about every so many bytes. */
  record Corrupt(long everyBytes) implements OnLinks, OnPackets {
    /** Checks the range. */
    public Corrupt {
      if (everyBytes < 1) {
        throw new IllegalArgumentException("a bit is flipped in at least every 1 byte");
      }
    }
  }

  /** This share of packets is lost, each by itself. */
  record Loss(double share) implements OnPackets {
    /** Checks the range. */
    public Loss {
      checkShare(share);
    }
  }

  /** Packets are lost in bursts, beside {@link Loss}. */
  record Burst(BurstLoss loss) implements OnPackets {}

  /** This share of packets comes twice. */
  record Duplicate(double share) implements OnPackets {
    /** Checks the range. */
    public Duplicate {
      checkShare(share);
    }
  }

  /** This share of packets comes later by {@code late}, so that others overtake it. */
  record Reorder(double share, Duration late) implements OnPackets {
    /** Checks the range. */
    public Reorder {
      checkShare(share);
    }
  }

  /** This share of packets loses its end; at least one byte is left, and at least one is gone. */
  record Truncate(double share) implements OnPackets {
    /** Checks the range. */
    public Truncate {
      checkShare(share);
    }
  }

  private static void checkShare(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1: " + share);
    }
  }
}
