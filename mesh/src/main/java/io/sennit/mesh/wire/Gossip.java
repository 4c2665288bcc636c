package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/** What members tell each other of members (docs/protocol/mesh.md, section 11). */
public sealed interface Gossip {
  /** Items of one exchange at most. */
  int MOST = 65_536;

  /** Writes it, kind first. */
  void write(WireWriter out);

  /**
   * Are you there?
   *
   * @param target whose answer is wanted
   */
  record Probe(long number, long target) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(1).varint(number).u64(target);
    }
  }

  /** Ask that one whether it is there, and tell me. */
  record ProbeFor(long number, long target) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(2).varint(number).u64(target);
    }
  }

  /**
   * It is there.
   *
   * @param target who answered
   */
  record Here(long number, long target) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(3).varint(number).u64(target);
    }
  }

  /** A member as it describes itself. */
  record Alive(MemberRecord member) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(4);
      member.write(out);
    }
  }

  /**
   * A member is doubted.
   *
   * @param refutations which of its versions
   * @param by uid of who doubts it
   */
  record Suspect(long uid, long life, int refutations, long by) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(5).u64(uid).u48(life).varint(refutations).u64(by);
    }
  }

  /**
   * A member is gone.
   *
   * @param left whether it said so itself
   */
  record Dead(long uid, long life, int refutations, long by, boolean left) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(6).u64(uid).u48(life).varint(refutations).u64(by).u8(left ? 1 : 0);
    }
  }

  /** A member's record has become longer than a packet: ask it for it. */
  record Ask(long uid, long life, int refutations, long version) implements Gossip {
    @Override
    public void write(WireWriter out) {
      out.u8(7).u64(uid).u48(life).varint(refutations).varint(version);
    }
  }

  /** Items as bytes. */
  static byte[] toBytes(List<? extends Gossip> items) {
    var out = new WireWriter(256);
    items.forEach(item -> item.write(out));
    return out.toBytes();
  }

  /**
   * Reads items to the end.
   *
   * @throws ProtocolException if one is malformed or of an unknown kind
   */
  static List<Gossip> read(byte[] bytes) {
    var in = new WireReader(bytes);
    var items = new ArrayList<Gossip>();
    while (!in.atEnd()) {
      if (items.size() >= MOST) {
        throw in.bad("items", "more than " + MOST);
      }
      items.add(one(in));
    }
    return items;
  }

  private static Gossip one(WireReader in) {
    int kind = in.u8("item");
    return switch (kind) {
      case 1 -> new Probe(in.varint("number", Frame.MAX_SEQ), in.u64("target"));
      case 2 -> new ProbeFor(in.varint("number", Frame.MAX_SEQ), in.u64("target"));
      case 3 -> new Here(in.varint("number", Frame.MAX_SEQ), in.u64("target"));
      case 4 -> new Alive(MemberRecord.read(in));
      case 5 ->
          new Suspect(
              in.u64("uid"),
              in.u48("life"),
              in.count("refutations", Integer.MAX_VALUE),
              in.u64("by"));
      case 6 ->
          new Dead(
              in.u64("uid"),
              in.u48("life"),
              in.count("refutations", Integer.MAX_VALUE),
              in.u64("by"),
              (in.u8("flags") & 1) != 0);
      case 7 ->
          new Ask(
              in.u64("uid"),
              in.u48("life"),
              in.count("refutations", Integer.MAX_VALUE),
              in.varint("version", Long.MAX_VALUE));
      default -> throw in.bad("item", kind + " is not known");
    };
  }
}
