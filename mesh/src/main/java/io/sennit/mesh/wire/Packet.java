package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;

/**
 * The header of a packet, in clear; what follows it is sealed, or is the rest of the record
 * (docs/protocol/mesh.md, section 2).
 */
public sealed interface Packet {
  /** Bytes of the longest packet. */
  int MAX = 1400;

  /** Bytes of a path that every network takes. */
  int SAFE = 1200;

  /** Bytes of the authentication tag. */
  int TAG = 16;

  /** Bytes of a HELLO and of a HELLO_ACK. */
  int HELLO_SIZE = 320;

  /** Bytes of the header of {@link Session}. */
  int SESSION_HEADER = 12;

  /** Bytes of the header of {@link Solo}. */
  int SOLO_HEADER = 16;

  /** Bytes of the header of {@link Hello} and {@link HelloAck}. */
  int HELLO_HEADER = 26;

  /** First byte: magic D, version 1. */
  int MAGIC = 0xd1;

  /** Writes the header. */
  void write(WireWriter out);

  /**
   * Within a session.
   *
   * @param session chosen by the receiver
   * @param number rises by one with each packet of this direction, 48 bits
   */
  record Session(int session, long number) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(0).u32(session).u48(number);
    }
  }

  /**
   * Without a session: membership.
   *
   * @param uid the sender's
   * @param counter rises with each packet of the sender, 48 bits
   */
  record Solo(long uid, long counter) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(1).u64(uid).u48(counter);
    }
  }

  /**
   * Asks for a session; a Noise message follows.
   *
   * @param uid the sender's
   * @param app a hash of the cluster's name
   * @param cookie what a {@link Cookie} asked to repeat, 0 at first
   */
  record Hello(long uid, long app, long cookie) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(2).u64(uid).u64(app).u64(cookie);
    }
  }

  /**
   * Answers a {@link Hello}; a Noise message follows.
   *
   * @param uid the sender's
   * @param app a hash of the cluster's name
   * @param session the one that the asker chose
   */
  record HelloAck(long uid, long app, long session) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(3).u64(uid).u64(app).u64(session);
    }
  }

  /** Asks to send the HELLO again with this in it, to show that its source is where it says. */
  record Cookie(long token) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(4).u64(token);
    }
  }

  /**
   * No such session here.
   *
   * @param session which
   * @param token 16 bytes that only who has the cluster's key can make
   */
  record Reset(int session, byte[] token) implements Packet {
    @Override
    public void write(WireWriter out) {
      out.u8(MAGIC).u8(5).u32(session).bytes(token);
    }
  }

  /**
   * Reads a header and leaves the reader at what follows it.
   *
   * @throws ProtocolException if it is none
   */
  static Packet read(WireReader in) {
    if (in.remaining() > MAX) {
      throw in.bad("packet", in.remaining() + " bytes, at most " + MAX);
    }
    int magic = in.u8("magic");
    if (magic != MAGIC) {
      throw new ProtocolException(
          "magic", 0, "0x%02x is not version 1 of the mesh".formatted(magic));
    }
    int kind = in.u8("class");
    return switch (kind) {
      case 0 -> new Session(in.u32("session"), in.u48("packet number"));
      case 1 -> new Solo(in.u64("uid"), in.u48("counter"));
      case 2 -> new Hello(in.u64("uid"), in.u64("app"), in.u64("cookie"));
      case 3 -> new HelloAck(in.u64("uid"), in.u64("app"), in.u64("session"));
      case 4 -> {
        var cookie = new Cookie(in.u64("token"));
        in.end("cookie");
        yield cookie;
      }
      case 5 -> {
        var reset = new Reset(in.u32("session"), in.bytes("token", 16));
        in.end("reset");
        yield reset;
      }
      default -> throw new ProtocolException("class", 1, kind + " is not known");
    };
  }
}
