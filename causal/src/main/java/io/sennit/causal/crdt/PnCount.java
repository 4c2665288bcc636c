package io.sennit.causal.crdt;

import io.sennit.causal.wire.FrameReader;
import io.sennit.causal.wire.FrameWriter;
import io.sennit.core.ProtocolException;

/**
 * A counter that goes up and down: the sum of all changes, which the group applies once each, in
 * whatever order. The sum is taken modulo 2^64, so it is the same everywhere even if it overflows.
 * Changed by one thread at a time; any thread may read.
 */
public final class PnCount {
  private volatile long sum;

  /** Zero. */
  public PnCount() {}

  /** The operation that adds to it; below zero: takes from it. */
  public static byte[] add(long change) {
    return new FrameWriter().fixed64(change).toBytes();
  }

  /**
   * Applies an operation.
   *
   * @throws ProtocolException if it is none
   */
  public void apply(byte[] operation) {
    var in = new FrameReader(operation);
    long change = in.fixed64("change");
    in.end();
    sum = sum + change;
  }

  /** Sets what a snapshot says. */
  public void set(long value) {
    sum = value;
  }

  /** What it stands at. */
  public long value() {
    return sum;
  }
}
