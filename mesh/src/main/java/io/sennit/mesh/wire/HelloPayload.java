package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.util.Arrays;

/**
 * What both sides say of themselves in the handshake, sealed (docs/protocol/mesh.md, section 5).
 *
 * @param verdict what becomes of the session; {@link Verdict#WELCOME} in a HELLO
 * @param session the session number that packets to the sender carry
 * @param life number of the sender's incarnation; its uid is the other half
 * @param known with {@link Verdict#STALE}, the number of the incarnation known at the address
 * @param guest whether the sender only sends and answers, and is no member
 * @param address where the sender is reached, {@code host:port}
 * @param credit bytes of messages the peer may send at first
 * @param clockMillis wall clock of the sender
 * @param secret 32 random bytes in a HELLO_ACK, empty in a HELLO
 */
public record HelloPayload(
    Verdict verdict,
    int session,
    long life,
    long known,
    boolean guest,
    String address,
    long credit,
    long clockMillis,
    byte[] secret) {
  /** Bytes of a payload: what a HELLO holds beside its header, one key and one tag. */
  public static final int SIZE = Packet.HELLO_SIZE - Packet.HELLO_HEADER - 32 - Packet.TAG;

  /** Bytes of the longest address. */
  public static final int MAX_ADDRESS = 140;

  private static final int VERSION = 1;
  private static final int SECRET = 32;

  /** What becomes of a session that was asked for. */
  public enum Verdict {
    /** It may be used. */
    WELCOME,
    /** A later incarnation is known at the address. */
    STALE,
    /** No room for more sessions. */
    FULL
  }

  /** As exactly {@link #SIZE} bytes. */
  public byte[] toBytes() {
    var out = new WireWriter(SIZE);
    out.u8(VERSION).u8(VERSION).u8(verdict.ordinal()).u8(guest ? 1 : 0).u32(session).u48(life);
    out.u48(known).u48(clockMillis).varint(credit).text(address).block(secret);
    if (out.length() > SIZE) {
      throw new IllegalArgumentException(
          "an address of " + address.length() + " characters, at most " + MAX_ADDRESS);
    }
    return Arrays.copyOf(out.array().length >= SIZE ? out.toBytes() : out.array(), SIZE);
  }

  /**
   * Reads one.
   *
   * @throws ProtocolException if it is malformed
   */
  public static HelloPayload read(byte[] bytes) {
    var in = new WireReader(bytes);
    int least = in.u8("least version");
    int most = in.u8("highest version");
    if (least > VERSION || most < VERSION) {
      throw new ProtocolException(
          "version", 0, "the peer speaks " + least + " to " + most + ", this side " + VERSION);
    }
    int verdict = in.u8("verdict");
    if (verdict >= Verdict.values().length) {
      throw in.bad("verdict", verdict + " is not known");
    }
    int flags = in.u8("flags");
    int session = in.u32("session");
    long life = in.u48("life");
    if (life == 0) {
      throw in.bad("life", "a positive number");
    }
    long known = in.u48("known life");
    long clock = in.u48("clock");
    long credit = in.varint("credit", Long.MAX_VALUE);
    var address = in.text("address", MAX_ADDRESS);
    int secretLength = in.count("secret length", SECRET);
    if (secretLength != 0 && secretLength != SECRET) {
      throw in.bad("secret length", secretLength + ", not 0 or 32");
    }
    var secret = in.bytes("secret", secretLength);
    return new HelloPayload(
        Verdict.values()[verdict],
        session,
        life,
        known,
        (flags & 1) != 0,
        address,
        credit,
        clock,
        secret);
  }
}
