package io.sennit.grid.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which of two hosts dials the other, computed alike on both; docs/protocol/grid.md §1. */
public final class DialRule {
  private DialRule() {}

  /**
   * Whether {@code local} dials {@code remote}; host strings with scheme and port, byte for byte.
   */
  public static boolean dials(String local, String remote) {
    long mine = Xxh3.hash(local + remote);
    long theirs = Xxh3.hash(remote + local);
    if (mine == theirs) {
      return Arrays.compareUnsigned(utf8(local), utf8(remote)) < 0;
    }
    return Long.compareUnsigned(mine, theirs) < 0;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
