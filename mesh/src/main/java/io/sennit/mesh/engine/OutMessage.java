package io.sennit.mesh.engine;

import io.sennit.core.ErrorContext;
import io.sennit.core.Outcome;
import io.sennit.core.SennitException;
import io.sennit.mesh.wire.Frame;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.Function;

/** A message on its way to one peer, from the queue until it is delivered or given up. */
final class OutMessage {
  /** Bytes of an envelope above which a message has to be offered first. */
  static final int BULK_ABOVE = 65_600;

  /** How a message fares. */
  interface Fate {
    /** The peer has it, whole. */
    void delivered();

    /** It was given up; the exception says what is known. */
    void failed(SennitException why);
  }

  /** Which queue it waits in. */
  enum Lane {
    /** Membership and small answers: before all others. */
    CONTROL,
    /** All that is small. */
    NORMAL,
    /** What has to be offered first. */
    BULK
  }

  final byte[] envelope;
  final int command;
  final boolean ordered;
  final boolean immediate;
  final Lane lane;
  private final String operation;
  private final Fate fate;
  private final long begun;

  long order;
  long seq = -1;
  int next; // bytes that were sent once
  long progress; // when it was last acknowledged in part, or first tried
  long offeredAt;
  private int ackedBytes;
  private final BitSet ackedUnits = new BitSet();
  private boolean finished;

  /**
   * A message.
   *
   * @param ordered whether it is handed out in the order of its command
   * @param immediate whether it never waits to share a packet
   */
  OutMessage(
      byte[] envelope,
      int command,
      boolean ordered,
      boolean urgent,
      boolean immediate,
      String operation,
      long now,
      Fate fate) {
    this.envelope = envelope;
    this.command = command;
    this.ordered = ordered;
    this.immediate = immediate;
    this.operation = operation;
    this.fate = fate;
    this.begun = now;
    progress = now;
    lane = envelope.length > BULK_ABOVE ? Lane.BULK : urgent ? Lane.CONTROL : Lane.NORMAL;
  }

  /** The same message once more, whose fate nobody is told; for a planted defect. */
  OutMessage again(long now) {
    return new OutMessage(
        envelope,
        command,
        ordered,
        false,
        immediate,
        operation,
        now,
        new Fate() {
          @Override
          public void delivered() {}

          @Override
          public void failed(SennitException why) {}
        });
  }

  int flags() {
    return (ordered ? Frame.ORDERED : 0) | (lane == Lane.BULK ? Frame.BULK : 0);
  }

  boolean started() {
    return next > 0 || seq >= 0;
  }

  boolean isFinished() {
    return finished;
  }

  boolean isAcked(int offset, int length) {
    int from = offset / Frame.UNIT;
    int to = (offset + length + Frame.UNIT - 1) / Frame.UNIT;
    return finished || ackedUnits.nextClearBit(from) >= to;
  }

  /** Whether this made it whole. */
  boolean acked(int offset, int length, long now) {
    if (finished) {
      return false;
    }
    for (int at = offset; at < offset + length; at += Frame.UNIT) {
      int unit = at / Frame.UNIT;
      if (!ackedUnits.get(unit)) {
        ackedUnits.set(unit);
        ackedBytes += Math.min(Frame.UNIT, envelope.length - at);
      }
    }
    progress = now;
    return ackedBytes == envelope.length;
  }

  void deliver() {
    if (!finished) {
      finished = true;
      fate.delivered();
    }
  }

  void fail(long now, Outcome outcome, Function<ErrorContext, SennitException> why, String peer) {
    if (!finished) {
      finished = true;
      fate.failed(
          why.apply(new ErrorContext(peer, operation, Duration.ofNanos(now - begun), outcome, "")));
    }
  }
}
