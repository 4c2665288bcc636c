package io.sennit.sim;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** What happened, folded into 64 bits, and the last of it in words for a failure's report. */
final class Trace {
  /** Kinds of entries; the order is part of the hash. */
  enum Kind {
    TURN,
    BYTES,
    FIN,
    RESET,
    DIAL,
    PACKET,
    THREAD,
    STORE,
    LEADER,
    FAULT
  }

  private static final Kind[] KINDS = Kind.values();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int kept;
  private final long[] last; // time, node and kind, a, b
  private long hash = 0x9e37_79b9_7f4a_7c15L;
  private long count;

  Trace(int kept) {
    this.kept = kept;
    this.last = new long[4 * kept];
  }

  void add(long time, int node, Kind kind, long a, long b) {
    long what = (long) node << 8 | kind.ordinal();
    hash = mix(mix(mix(mix(hash ^ time) ^ what) ^ a) ^ b);
    if (kept > 0) {
      int i = (int) (count % kept) * 4;
      last[i] = time;
      last[i + 1] = what;
      last[i + 2] = a;
      last[i + 3] = b;
    }
    count++;
  }

  long hash() {
    return hash;
  }

  long count() {
    return count;
  }

  String lastWords(java.util.function.IntFunction<String> names) {
    var text = new StringBuilder();
    for (long n = Math.max(0, count - kept); n < count; n++) {
      int i = (int) (n % kept) * 4;
      long what = last[i + 1];
      text.append(micros(last[i]))
          .append(' ')
          .append(names.apply((int) (what >> 8)))
          .append(' ')
          .append(KINDS[(int) (what & 0xff)])
          .append(' ')
          .append(last[i + 2])
          .append(' ')
          .append(Long.toHexString(last[i + 3]))
          .append('\n');
    }
    return text.toString();
  }

  static String micros(long nanos) {
    return nanos / 1_000_000 + "." + (1_000 + nanos / 1_000 % 1_000 + "").substring(1) + "ms";
  }

  /** A hash of bytes, the same on every machine. */
  static long hash(byte[] bytes, int from, int to) {
    long h = to - from;
    int i = from;
    for (; i + 8 <= to; i += 8) {
      h = mix(h ^ (long) LONGS.get(bytes, i));
    }
    for (; i < to; i++) {
      h = mix(h ^ bytes[i]);
    }
    return h;
  }

  /** A hash of text that no JVM changes. */
  static long hash(String text) {
    long h = text.length();
    for (int i = 0; i < text.length(); i++) {
      h = mix(h ^ text.charAt(i));
    }
    return h;
  }

  static long mix(long z) {
    z = (z ^ (z >>> 32)) * 0xd6e8_feb8_6659_fd93L;
    z = (z ^ (z >>> 32)) * 0xd6e8_feb8_6659_fd93L;
    return z ^ (z >>> 32);
  }
}
