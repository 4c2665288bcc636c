package io.sennit.causal.wire;

import io.sennit.causal.Dot;
import io.sennit.causal.Octets;
import io.sennit.causal.Stamp;
import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An operation as it lies in logs and travels: stamped once, the same bytes ever after
 * (docs/protocol/causal.md §2). What it depends on is written down against the operation before it
 * from the same origin: that one, and what its publisher had taken in since.
 */
public final class OpRecord {
  /** The most origins that one operation names; a group has far fewer lives at once. */
  public static final int MAX_AFTER = 4096;

  /** Bytes of the longest id that a caller gives. */
  public static final int MAX_ID = 256;

  private static final int VERSION = 1;

  private final byte[] bytes;
  private final Stamp stamp;
  private final List<Dot> after;
  private final Octets id;
  private final int payloadAt;

  private OpRecord(byte[] bytes, Stamp stamp, List<Dot> after, Octets id, int payloadAt) {
    this.bytes = bytes;
    this.stamp = stamp;
    this.after = after;
    this.id = id;
    this.payloadAt = payloadAt;
  }

  /**
   * A new one.
   *
   * @param after the last operation of each other origin that was taken in since the last of this
   *     origin
   * @param id what the caller calls it, empty for nothing
   */
  public static OpRecord of(Stamp stamp, List<Dot> after, Octets id, byte[] payload) {
    var out = new FrameWriter();
    out.number(VERSION)
        .origin(stamp.dot().origin())
        .number(stamp.dot().seq())
        .fixed64(stamp.time())
        .number(after.size());
    for (var dot : after) {
      out.origin(dot.origin()).number(dot.seq());
    }
    out.bytes(id.toBytes());
    int payloadAt = out.length();
    return new OpRecord(out.raw(payload).toBytes(), stamp, List.copyOf(after), id, payloadAt);
  }

  /**
   * Reads one; keeps the array.
   *
   * @throws ProtocolException if it is none
   */
  public static OpRecord decode(byte[] bytes) {
    var in = new FrameReader(bytes);
    long version = in.number("version");
    if (version != VERSION) {
      throw in.wrong("version", version + " is not known");
    }
    var dot = new Dot(in.origin("origin"), in.seq("seq"));
    long time = in.fixed64("time");
    if (time < 0) {
      throw in.wrong("time", "is below zero");
    }
    int count = in.count("after", MAX_AFTER);
    var after = new ArrayList<Dot>();
    for (int i = 0; i < count; i++) {
      var one = new Dot(in.origin("after"), in.seq("after"));
      boolean ascends = i == 0 || after.getLast().origin().compareTo(one.origin()) < 0;
      if (!ascends || one.origin().equals(dot.origin())) {
        throw in.wrong("after", "names other origins than its own, each once, in their order");
      }
      after.add(one);
    }
    var id = Octets.of(in.bytes("id", MAX_ID));
    return new OpRecord(
        bytes, new Stamp(dot, time), List.copyOf(after), id, bytes.length - in.left());
  }

  /** Its name. */
  public Dot dot() {
    return stamp.dot();
  }

  /** Name and time. */
  public Stamp stamp() {
    return stamp;
  }

  /** What it depends on beside the operation before it; in the order of the origins. */
  public List<Dot> after() {
    return after;
  }

  /** What its caller called it; empty: nothing. */
  public Octets id() {
    return id;
  }

  /** The user's bytes; a copy. */
  public byte[] payload() {
    return Arrays.copyOfRange(bytes, payloadAt, bytes.length);
  }

  /** The bytes it travels as; not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many. */
  public int size() {
    return bytes.length;
  }

  @Override
  public String toString() {
    return stamp.dot() + " after " + after;
  }
}
