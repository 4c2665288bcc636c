package io.sennit.grid.wire;

import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;

/**
 * What a Sennit peer says of itself in both handshake messages under the key {@code Sennit}, which
 * original peers skip; docs/protocol/grid.md §9.
 *
 * @param version newest version of the extensions it speaks, from 1
 * @param oldest oldest version it still speaks
 * @param capabilities bits, see the constants; what both have is in force
 * @param window bytes a peer may send on one of its streams before it waits for credit
 * @param maxMessage bytes of the longest payload it takes
 * @param role as what it comes; in force: the one of the two that is not a peer
 */
public record Extensions(
    int version, int oldest, long capabilities, long window, long maxMessage, Role role) {
  /** Stream credit counts bytes instead of items. */
  public static final long BYTE_CREDITS = 1;

  /** Large payloads travel in parts. */
  public static final long PARTS = 2;

  /** Single calls are cancelled with {@link Op#DISCONNECT_SERVER_MUX}. */
  public static final long CANCEL_CALLS = 4;

  /** Handler 255 belongs to the strands that ride on the grid. */
  public static final long RESERVED_HANDLER = 8;

  /** A connection is left with {@link Op#DISCONNECT}, and may be replaced without loss. */
  public static final long GOODBYE = 16;

  /** A stream may begin with less credit than the window; {@link Flags#CREDIT_FOLLOWS}. */
  public static final long FIRST_CREDIT = 32;

  /** The newest version this code speaks. */
  public static final int VERSION = 1;

  /** The key in the handshake maps. */
  public static final String KEY = "Sennit";

  /** None at all: an original peer. */
  public static final Extensions NONE = new Extensions(0, 0, 0, 0, 0, Role.PEER);

  /** What this code offers. */
  public static Extensions offer(long window, long maxMessage) {
    return new Extensions(
        VERSION,
        VERSION,
        BYTE_CREDITS | PARTS | CANCEL_CALLS | RESERVED_HANDLER | GOODBYE | FIRST_CREDIT,
        window,
        maxMessage,
        Role.PEER);
  }

  /** The same, said in another role. */
  public Extensions as(Role other) {
    return new Extensions(version, oldest, capabilities, window, maxMessage, other);
  }

  /** Whether a guest is at either end. */
  public boolean guest() {
    return role == Role.GUEST;
  }

  /** Whether the other side is a Sennit peer at all. */
  public boolean isSennit() {
    return version > 0;
  }

  /** What is in force towards a peer: nothing, unless the version ranges meet. */
  public Extensions with(Extensions peer) {
    boolean meet = Math.max(oldest, peer.oldest) <= Math.min(version, peer.version);
    if (!isSennit() || !peer.isSennit() || !meet) {
      return NONE;
    }
    return new Extensions(
        Math.min(version, peer.version),
        Math.max(oldest, peer.oldest),
        // a window of nothing would never move: then items are counted
        capabilities & peer.capabilities & (Math.min(window, peer.window) > 0 ? ~0 : ~BYTE_CREDITS),
        peer.window,
        peer.maxMessage,
        role == Role.PEER ? peer.role : role);
  }

  /** Whether a capability is there. */
  public boolean has(long capability) {
    return (capabilities & capability) != 0;
  }

  void write(MsgPackWriter out, Introduction introduction) {
    out.writeMapHeader((role == Role.PEER ? 5 : 6) + introduction.keys())
        .writeString("v")
        .writeInt(version)
        .writeString("min")
        .writeInt(oldest)
        .writeString("caps")
        .writeInt(capabilities)
        .writeString("win")
        .writeInt(window)
        .writeString("max")
        .writeInt(maxMessage);
    if (role != Role.PEER) {
      out.writeString(role.key()).writeBool(true);
    }
    introduction.write(out);
  }

  /** Both things that the map in a handshake says. */
  record Said(Extensions extensions, Introduction introduction) {
    static final Said NOTHING = new Said(NONE, Introduction.NONE);
  }

  static Said read(MsgPackReader in) {
    int version = 0;
    int oldest = 0;
    long capabilities = 0;
    long window = 0;
    long max = 0;
    var role = Role.PEER;
    var introduction = Introduction.NONE;
    int count = in.readMapHeader(KEY);
    for (int i = 0; i < count; i++) {
      var key = in.readString(KEY + " key", 64);
      switch (key) {
        case "v" -> version = (int) in.readLong("v", 0, 255);
        case "min" -> oldest = (int) in.readLong("min", 0, 255);
        case "caps" -> capabilities = in.readLong("caps", 0, Long.MAX_VALUE);
        case "win" -> window = in.readLong("win", 0, 1L << 40);
        case "max" -> max = in.readLong("max", 0, 1L << 40);
        case "client" -> role = in.readBool(key) ? Role.CLIENT : role;
        case "guest" -> role = in.readBool(key) ? Role.GUEST : role;
        default -> introduction = introduction.read(key, in);
      }
    }
    return new Said(new Extensions(version, oldest, capabilities, window, max, role), introduction);
  }
}
