package io.sennit.causal;

/**
 * What an operation got when it was published, kept and sent with it unchanged.
 *
 * @param dot its name
 * @param time a hybrid clock: milliseconds since 1970 times 2^16, plus a counter. An operation's
 *     time is greater than that of every operation its publisher had seen
 */
public record Stamp(Dot dot, long time) {
  /** Bits of the counter. */
  public static final int COUNTER_BITS = 16;

  /** The wall clock's part of the time: milliseconds since 1970, as the publisher's clock said. */
  public long millis() {
    return time >>> COUNTER_BITS;
  }
}
