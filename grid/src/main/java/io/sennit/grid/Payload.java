package io.sennit.grid;

/** The two kinds of no bytes, which the wire tells apart; docs/protocol/grid.md §3.3. */
public final class Payload {
  /**
   * No payload at all, told from an empty one by identity. A request without bytes always arrives
   * as this one.
   */
  public static final byte[] ABSENT = {};

  private Payload() {}

  /** Whether it is {@link #ABSENT}. */
  public static boolean isAbsent(byte[] payload) {
    return payload == ABSENT;
  }
}
