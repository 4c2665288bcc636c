package io.sennit.causal.wire;

import io.sennit.causal.Origin;
import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What two members of a group say to each other; docs/protocol/causal.md §3. */
public sealed interface CausalFrame {
  /** The version of this protocol. */
  int VERSION = 1;

  /** The most origins in one clock. */
  int MAX_CLOCK = 16_384;

  /** The most operations in one frame. */
  int MAX_OPS = 65_536;

  /**
   * The first frame of each side: who it is, and what it has durably.
   *
   * @param group the group's name
   * @param member the sender's name
   * @param clock the last operation of each origin that is durable there
   */
  record Hello(String group, String member, SortedMap<Origin, Long> clock) implements CausalFrame {
    /** Keeps a copy. */
    public Hello {
      clock = copy(clock);
    }
  }

  /** Operations, in an order in which none comes before what it depends on. */
  record Ops(List<OpRecord> ops) implements CausalFrame {
    /** Keeps a copy. */
    public Ops {
      ops = List.copyOf(ops);
    }
  }

  /** What is durable at the sender by now; origins that did not change may be left out. */
  record Ack(SortedMap<Origin, Long> clock) implements CausalFrame {
    /** Keeps a copy. */
    public Ack {
      clock = copy(clock);
    }
  }

  /** Asks for all operations beyond these, of whatever origin. */
  record Want(SortedMap<Origin, Long> clock) implements CausalFrame {
    /** Keeps a copy. */
    public Want {
      clock = copy(clock);
    }
  }

  private static SortedMap<Origin, Long> copy(SortedMap<Origin, Long> clock) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(clock));
  }

  /** As bytes. */
  default byte[] encode() {
    var out = new FrameWriter();
    switch (this) {
      case Hello(var group, var member, var clock) -> {
        out.number(1).number(VERSION).name(group).name(member);
        clock(out, clock);
      }
      case Ops(var ops) -> {
        out.number(2).number(ops.size());
        for (var op : ops) {
          out.bytes(op.bytes());
        }
      }
      case Ack(var clock) -> clock(out.number(3), clock);
      case Want(var clock) -> clock(out.number(4), clock);
    }
    return out.toBytes();
  }

  private static void clock(FrameWriter out, SortedMap<Origin, Long> clock) {
    out.number(clock.size());
    clock.forEach((origin, seq) -> out.origin(origin).number(seq));
  }

  /**
   * Reads a frame.
   *
   * @param maxOp bytes of the longest operation
   * @throws ProtocolException if it is none
   */
  static CausalFrame decode(byte[] bytes, int maxOp) {
    var in = new FrameReader(bytes);
    long type = in.number("frame");
    var frame =
        switch ((int) Math.min(type, 5)) {
          case 1 -> hello(in);
          case 2 -> ops(in, maxOp);
          case 3 -> new Ack(clock(in));
          case 4 -> new Want(clock(in));
          default -> throw in.wrong("frame", type + " is not known");
        };
    in.end();
    return frame;
  }

  private static Hello hello(FrameReader in) {
    long version = in.number("version");
    if (version != VERSION) {
      throw in.wrong("version", version + " is not spoken here; this is " + VERSION);
    }
    return new Hello(in.name("group"), in.name("member"), clock(in));
  }

  private static Ops ops(FrameReader in, int maxOp) {
    int count = in.count("operations", MAX_OPS);
    var ops = new ArrayList<OpRecord>();
    for (int i = 0; i < count; i++) {
      ops.add(OpRecord.decode(in.bytes("operation", maxOp)));
    }
    return new Ops(ops);
  }

  private static SortedMap<Origin, Long> clock(FrameReader in) {
    int count = in.count("clock", MAX_CLOCK);
    var clock = new TreeMap<Origin, Long>();
    for (int i = 0; i < count; i++) {
      var origin = in.origin("clock");
      if (!clock.isEmpty() && clock.lastKey().compareTo(origin) >= 0) {
        throw in.wrong("clock", "origins come once each, in their order");
      }
      clock.put(origin, in.seq("clock"));
    }
    return clock;
  }
}
