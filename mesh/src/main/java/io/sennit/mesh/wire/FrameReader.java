package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the frames of a packet; limits are checked before anything is allocated. */
public final class FrameReader {
  private static final int MAX_REASON = 200;
  private static final long MAX_ID = Frame.MAX_SEQ;
  private static final long MAX_NUMBER = (1L << 48) - 1;

  private FrameReader() {}

  /** All frames of what is left. */
  public static List<Frame> all(WireReader in) {
    var frames = new ArrayList<Frame>(4);
    while (!in.atEnd()) {
      var frame = next(in);
      if (frame != null) {
        frames.add(frame);
      }
    }
    return frames;
  }

  /**
   * The next frame; null for one of a later version, which was skipped.
   *
   * @throws ProtocolException if it is malformed, or of an unknown type that may not be skipped
   */
  public static @Nullable Frame next(WireReader in) {
    int type = in.u8("frame type");
    return switch (type) {
      case 0x00 -> pad(in);
      case 0x01 -> new Frame.Ping();
      case 0x02 -> ack(in);
      case 0x03 -> new Frame.Umsg(in.varint("id", MAX_ID), block(in, "envelope"));
      case 0x04 -> {
        long id = in.varint("id", MAX_ID);
        int total = in.count("total", 64 * 1300);
        int unit = unit(in, total);
        yield new Frame.Ufrag(id, total, unit, part(in, total, unit));
      }
      case 0x05 -> {
        long seq = in.varint("seq", Frame.MAX_SEQ);
        int flags = flags(in);
        yield new Frame.Rmsg(seq, flags, order(in, flags), block(in, "envelope"));
      }
      case 0x06 -> {
        long seq = in.varint("seq", Frame.MAX_SEQ);
        int flags = flags(in);
        long order = order(in, flags);
        int total = in.count("total", Frame.MAX_ENVELOPE);
        int unit = unit(in, total);
        yield new Frame.Rfrag(seq, flags, order, total, unit, part(in, total, unit));
      }
      case 0x07 ->
          new Frame.Offer(in.varint("seq", Frame.MAX_SEQ), in.count("total", Frame.MAX_ENVELOPE));
      case 0x08 -> admit(in);
      case 0x09 -> skip(in);
      case 0x0a -> new Frame.Close(in.varint("code", 1 << 16), in.text("reason", MAX_REASON));
      case 0x0b -> new Frame.GossipFrame(block(in, "gossip"));
      case 0x0c -> new Frame.Cancel(in.u32("correlation"));
      default -> {
        if (type < 0x40) {
          throw new ProtocolException("frame type", -1, "0x%02x is not known".formatted(type));
        }
        in.skip("frame of a later version", in.count("length", Packet.MAX));
        yield null;
      }
    };
  }

  private static Frame pad(WireReader in) {
    int count = 1;
    while (!in.atEnd() && in.array()[in.position()] == 0) {
      in.skip("padding", 1);
      count++;
    }
    return new Frame.Pad(count);
  }

  private static Frame ack(WireReader in) {
    long largest = in.varint("largest", MAX_NUMBER);
    long delay = in.varint("delay", Long.MAX_VALUE);
    int more = in.count("ranges", AckRanges.MOST);
    var bounds = new long[2 * (more + 1)];
    long first = largest - in.varint("first range", largest);
    bounds[0] = first;
    bounds[1] = largest;
    for (int i = 1; i <= more; i++) {
      if (first < 2) {
        throw in.bad("gap", "there is no room below " + first);
      }
      long last = first - 2 - in.varint("gap", first - 2);
      first = last - in.varint("range", last);
      bounds[2 * i] = first;
      bounds[2 * i + 1] = last;
    }
    return new Frame.Ack(new AckRanges(bounds), delay, in.varint("credit", Long.MAX_VALUE));
  }

  private static byte[] block(WireReader in, String field) {
    int length = in.count(field + " length", Packet.MAX);
    if (length == 0) {
      throw in.bad(field, "it is empty");
    }
    return in.bytes(field, length);
  }

  private static int flags(WireReader in) {
    int flags = in.u8("flags");
    if ((flags & ~(Frame.ORDERED | Frame.BULK)) != 0) {
      throw in.bad("flags", "0x%02x has unknown bits".formatted(flags));
    }
    return flags;
  }

  private static long order(WireReader in, int flags) {
    return (flags & Frame.ORDERED) == 0 ? 0 : in.varint("stream seq", Frame.MAX_SEQ);
  }

  private static int unit(WireReader in, int total) {
    if (total == 0) {
      throw in.bad("total", "a message in parts is not empty");
    }
    return in.count("place", (total - 1) / Frame.UNIT);
  }

  private static byte[] part(WireReader in, int total, int unit) {
    int at = unit * Frame.UNIT;
    int length = in.count("part length", Math.min(Packet.MAX, total - at));
    if (length == 0 || length % Frame.UNIT != 0 && at + length != total) {
      throw in.bad("part length", length + " is not of whole units, nor the end");
    }
    return in.bytes("part", length);
  }

  private static Frame admit(WireReader in) {
    long seq = in.varint("seq", Frame.MAX_SEQ);
    int verdict = in.u8("verdict");
    if (verdict > 2) {
      throw in.bad("verdict", verdict + " is not known");
    }
    return new Frame.Admit(seq, Frame.Verdict.values()[verdict]);
  }

  private static Frame skip(WireReader in) {
    long seq = in.varint("seq", Frame.MAX_SEQ);
    int flags = in.u8("flags");
    if (flags > 1) {
      throw in.bad("flags", "0x%02x has unknown bits".formatted(flags));
    }
    return new Frame.Skip(
        seq,
        flags == 1,
        in.u16("command"),
        in.varint("stream seq", Frame.MAX_SEQ),
        in.count("credit", Frame.MAX_ENVELOPE));
  }
}
