package io.sennit.mesh.wire;

import java.nio.charset.StandardCharsets;

/**
 * A frame: packets are rows of them (docs/protocol/mesh.md, section 3). Arrays belong to the frame.
 */
public sealed interface Frame {
  /** Flag of a message that is handed out in the order of its command. */
  int ORDERED = 1;

  /** Flag of a message that was asked for with {@link Offer}. */
  int BULK = 2;

  /** Bytes of a unit in which the place of a fragment is counted. */
  int UNIT = 100;

  /** Bytes of the longest message. */
  int MAX_MESSAGE = 10_000_000;

  /** Bytes of the longest envelope: a message and what stands before it. */
  int MAX_ENVELOPE = MAX_MESSAGE + 65_536;

  /** Highest message number. */
  long MAX_SEQ = (1L << 62) - 1;

  /** Writes it, type first. */
  void write(WireWriter out);

  /** Whether the receiver has to acknowledge the packet it is in. */
  default boolean demandsAck() {
    return true;
  }

  /** Nothing, to make a packet longer. */
  record Pad(int count) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.zeros(count);
    }

    @Override
    public boolean demandsAck() {
      return false;
    }
  }

  /** Asks for an acknowledgement. */
  record Ping() implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x01);
    }
  }

  /**
   * What has arrived.
   *
   * @param ranges packet numbers
   * @param delayMicros how long the largest has waited for this
   * @param credit bytes of messages that the peer may have sent by then, from the session's start
   */
  record Ack(AckRanges ranges, long delayMicros, long credit) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x02).varint(ranges.largest()).varint(delayMicros).varint(ranges.count() - 1);
      out.varint(ranges.last(0) - ranges.first(0));
      for (int i = 1; i < ranges.count(); i++) {
        out.varint(ranges.first(i - 1) - ranges.last(i) - 2);
        out.varint(ranges.last(i) - ranges.first(i));
      }
      out.varint(credit);
    }

    @Override
    public boolean demandsAck() {
      return false;
    }
  }

  /** A message that may be lost, whole. */
  record Umsg(long id, byte[] envelope) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x03).varint(id).block(envelope);
    }
  }

  /**
   * A part of a message that may be lost.
   *
   * @param total bytes of the message
   * @param unit where the part begins, in units of {@value #UNIT} bytes
   */
  record Ufrag(long id, int total, int unit, byte[] bytes) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x04).varint(id).varint(total).varint(unit).block(bytes);
    }
  }

  /**
   * A message, whole.
   *
   * @param seq its number, from 0
   * @param flags {@link #ORDERED}, {@link #BULK}
   * @param order its place among the ordered ones of its command; 0 if it is not ordered
   */
  record Rmsg(long seq, int flags, long order, byte[] envelope) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x05);
      head(out, seq, flags, order);
      out.block(envelope);
    }
  }

  /**
   * A part of a message.
   *
   * @param total bytes of the message
   * @param unit where the part begins, in units of {@value #UNIT} bytes
   */
  record Rfrag(long seq, int flags, long order, int total, int unit, byte[] bytes)
      implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x06);
      head(out, seq, flags, order);
      out.varint(total).varint(unit).block(bytes);
    }
  }

  private static void head(WireWriter out, long seq, int flags, long order) {
    out.varint(seq).u8(flags);
    if ((flags & ORDERED) != 0) {
      out.varint(order);
    }
  }

  /** May a message of so many bytes be sent? */
  record Offer(long seq, int total) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x07).varint(seq).varint(total);
    }
  }

  /** The answer to an {@link Offer}. */
  record Admit(long seq, Verdict verdict) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x08).varint(seq).u8(verdict.ordinal());
    }
  }

  /** What may become of an {@link Offer}. */
  enum Verdict {
    /** Send it. */
    GO,
    /** Not now; another answer follows. */
    WAIT,
    /** Never. */
    REFUSED
  }

  /**
   * The sender gave a message up.
   *
   * @param ordered whether it had a place among those of its command
   * @param command its command
   * @param order its place
   * @param credit bytes it counts against the credit
   */
  record Skip(long seq, boolean ordered, int command, long order, int credit) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x09).varint(seq).u8(ordered ? ORDERED : 0).u16(command).varint(order).varint(credit);
    }
  }

  /** The session ends. */
  record Close(long code, String reason) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x0a).varint(code).block(reason.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean demandsAck() {
      return false;
    }
  }

  /** Items of the membership; see {@link Gossip}. */
  record GossipFrame(byte[] items) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x0b).block(items);
    }
  }

  /** Nobody waits for the answer to a request any more. */
  record Cancel(int correlation) implements Frame {
    @Override
    public void write(WireWriter out) {
      out.u8(0x0c).u32(correlation);
    }
  }
}
