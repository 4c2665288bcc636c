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
 * @param guest whether it comes as a guest, §9.5; in force: whether either side does
 */
public record Extensions(
    int version, int oldest, long capabilities, long window, long maxMessage, boolean guest) {
  /** Stream credit counts bytes instead of items. */
  public static final long BYTE_CREDITS = 1;

  /** Large payloads travel in parts. */
  public static final long PARTS = 2;

  /** Single calls are cancelled with {@link Op#DISCONNECT_SERVER_MUX}. */
  public static final long CANCEL_CALLS = 4;

  /** Handler 255 belongs to the strands that ride on the grid. */
  public static final long RESERVED_HANDLER = 8;

  /** The newest version this code speaks. */
  public static final int VERSION = 1;

  /** The key in the handshake maps. */
  public static final String KEY = "Sennit";

  /** None at all: an original peer. */
  public static final Extensions NONE = new Extensions(0, 0, 0, 0, 0, false);

  /** What this code offers. */
  public static Extensions offer(long window, long maxMessage) {
    return new Extensions(
        VERSION,
        VERSION,
        BYTE_CREDITS | PARTS | CANCEL_CALLS | RESERVED_HANDLER,
        window,
        maxMessage,
        false);
  }

  /** The same, said by a guest. */
  public Extensions asGuest() {
    return new Extensions(version, oldest, capabilities, window, maxMessage, true);
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
        guest || peer.guest);
  }

  /** Whether a capability is there. */
  public boolean has(long capability) {
    return (capabilities & capability) != 0;
  }

  void write(MsgPackWriter out) {
    out.writeMapHeader(guest ? 6 : 5)
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
    if (guest) {
      out.writeString("guest").writeBool(true);
    }
  }

  static Extensions read(MsgPackReader in) {
    int version = 0;
    int oldest = 0;
    long capabilities = 0;
    long window = 0;
    long max = 0;
    boolean guest = false;
    int count = in.readMapHeader(KEY);
    for (int i = 0; i < count; i++) {
      switch (in.readString(KEY + " key", 64)) {
        case "v" -> version = (int) in.readLong("v", 0, 255);
        case "min" -> oldest = (int) in.readLong("min", 0, 255);
        case "caps" -> capabilities = in.readLong("caps", 0, Long.MAX_VALUE);
        case "win" -> window = in.readLong("win", 0, 1L << 40);
        case "max" -> max = in.readLong("max", 0, 1L << 40);
        case "guest" -> guest = in.readBool("guest");
        default -> in.skip(KEY);
      }
    }
    return new Extensions(version, oldest, capabilities, window, max, guest);
  }
}
