package io.sennit.mesh.wire;

import io.sennit.core.ProtocolException;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of a complete message (docs/protocol/mesh.md, section 4): {@code u8 kind, u16
 * command, fields of the kind, u8 codec, body}.
 */
public sealed interface Envelope {
  /** The body is bytes of the application. */
  int RAW = 0;

  /** The body is a map, see {@link MapCodec}. */
  int MAP = 1;

  /** The body is packed by a transport data definition. */
  int TD = 2;

  /** Addresses of a {@link Tree} at most. */
  int MOST_BRANCHES = 4096;

  /** Its command, 0 to 65535. */
  int command();

  /** Writes it. */
  void write(WireWriter out);

  /** As bytes. */
  default byte[] toBytes() {
    var out = new WireWriter(32 + bodyLength());
    write(out);
    return out.toBytes();
  }

  /** Bytes of the body, for sizing. */
  int bodyLength();

  /** One way, nobody answers. */
  record Command(int command, int codec, byte[] body) implements Envelope {
    @Override
    public void write(WireWriter out) {
      out.u8(0).u16(command).u8(codec).bytes(body);
    }

    @Override
    public int bodyLength() {
      return body.length;
    }
  }

  /**
   * Asks for an answer.
   *
   * @param rpc whether it goes to the one handler of its id, else to the command's handlers
   * @param correlation what the answer repeats
   * @param millisLeft how long the caller still waits
   */
  record Ask(boolean rpc, int command, int correlation, long millisLeft, int codec, byte[] body)
      implements Envelope {
    @Override
    public void write(WireWriter out) {
      out.u8(rpc ? 3 : 1).u16(command).u32(correlation).varint(millisLeft).u8(codec).bytes(body);
    }

    @Override
    public int bodyLength() {
      return body.length;
    }
  }

  /** The answer to an {@link Ask}. */
  record Answer(
      boolean rpc, int command, int correlation, AnswerStatus status, int codec, byte[] body)
      implements Envelope {
    @Override
    public void write(WireWriter out) {
      out.u8(rpc ? 4 : 2).u16(command).u32(correlation).u8(status.ordinal()).u8(codec).bytes(body);
    }

    @Override
    public int bodyLength() {
      return body.length;
    }
  }

  /** How a request ended; the numbers are the order. */
  enum AnswerStatus {
    /** The body is the handler's answer. */
    OK,
    /** The handler failed; the body is its text, at most 4 KiB. */
    HANDLER_ERROR,
    /** Nobody handles this command. */
    NO_HANDLER,
    /** Too much waits there already. */
    OVERLOADED,
    /** The body could not be read. */
    BAD_PAYLOAD,
    /** The asker may not ask this. */
    NOT_PERMITTED,
    /** Its time was up before it began. */
    EXPIRED,
    /** The node is not well. */
    UNHEALTHY
  }

  /** Between members and directories: a full exchange of what each knows. */
  record Directory(int command, byte[] body) implements Envelope {
    @Override
    public void write(WireWriter out) {
      out.u8(5).u16(command).u8(RAW).bytes(body);
    }

    @Override
    public int bodyLength() {
      return body.length;
    }
  }

  /**
   * A command on its way through relays.
   *
   * @param origin uid of who sent it first
   * @param originAddress where that one is
   * @param seq number of the message at its origin
   * @param reliable whether each one who is reached is acknowledged
   * @param hopsLeft how many more relays it may pass
   * @param limit how many each one sends to at most
   * @param share who is to be reached from the receiver, beside itself
   * @param inner a {@link Command}
   */
  record Tree(
      int command,
      long origin,
      String originAddress,
      long seq,
      boolean reliable,
      int hopsLeft,
      int limit,
      List<String> share,
      byte[] inner)
      implements Envelope {
    /** Copies the list. */
    public Tree {
      share = List.copyOf(share);
    }

    @Override
    public void write(WireWriter out) {
      out.u8(6).u16(command).u64(origin).text(originAddress).varint(seq).u8(reliable ? 1 : 0);
      out.varint(hopsLeft).varint(limit);
      Addresses.write(out, share);
      out.u8(RAW).bytes(inner);
    }

    @Override
    public int bodyLength() {
      return inner.length + 24 * share.size();
    }
  }

  /**
   * A share of a {@link Tree} is done.
   *
   * @param reached how many the handler was called at
   * @param failed who could not be reached, and why
   */
  record TreeDone(int command, long origin, long seq, int reached, List<Unreached> failed)
      implements Envelope {
    /** Copies the list. */
    public TreeDone {
      failed = List.copyOf(failed);
    }

    @Override
    public void write(WireWriter out) {
      out.u8(7).u16(command).u64(origin).varint(seq).varint(reached).varint(failed.size());
      for (var one : failed) {
        out.text(one.address()).text(one.why());
      }
      out.u8(RAW);
    }

    @Override
    public int bodyLength() {
      return 64 * failed.size();
    }
  }

  /** One who could not be reached, and why. */
  record Unreached(String address, String why) {}

  /**
   * Reads one.
   *
   * @throws ProtocolException if it is malformed
   */
  static Envelope read(byte[] bytes) {
    var in = new WireReader(bytes);
    int kind = in.u8("kind");
    int command = in.u16("command");
    return switch (kind) {
      case 0 -> new Command(command, codec(in), in.rest());
      case 1, 3 ->
          new Ask(
              kind == 3,
              command,
              in.u32("correlation"),
              in.varint("ms left", Long.MAX_VALUE / 2_000_000),
              codec(in),
              in.rest());
      case 2, 4 ->
          new Answer(kind == 4, command, in.u32("correlation"), status(in), codec(in), in.rest());
      case 5 -> {
        codec(in);
        yield new Directory(command, in.rest());
      }
      case 6 -> tree(command, in);
      case 7 -> treeDone(command, in);
      default -> throw new ProtocolException("kind", 0, kind + " is not known");
    };
  }

  private static int codec(WireReader in) {
    int codec = in.u8("codec");
    if (codec > TD) {
      throw in.bad("codec", codec + " is not known");
    }
    return codec;
  }

  private static AnswerStatus status(WireReader in) {
    int status = in.u8("status");
    var all = AnswerStatus.values();
    if (status >= all.length) {
      throw in.bad("status", status + " is not known");
    }
    return all[status];
  }

  private static Tree tree(int command, WireReader in) {
    long origin = in.u64("origin");
    var address = in.text("origin address", 300);
    long seq = in.varint("tree seq", Frame.MAX_SEQ);
    int flags = in.u8("tree flags");
    if (flags > 1) {
      throw in.bad("tree flags", "0x%02x has unknown bits".formatted(flags));
    }
    int hops = in.count("hops left", 64);
    int limit = in.count("limit", MOST_BRANCHES);
    if (limit == 0) {
      throw in.bad("limit", "at least 1");
    }
    var share = Addresses.read(in, MOST_BRANCHES);
    codec(in);
    return new Tree(command, origin, address, seq, flags == 1, hops, limit, share, in.rest());
  }

  private static TreeDone treeDone(int command, WireReader in) {
    long origin = in.u64("origin");
    long seq = in.varint("tree seq", Frame.MAX_SEQ);
    int reached = in.count("reached", MOST_BRANCHES + 1);
    int count = in.count("failed", Math.min(MOST_BRANCHES + 1, in.remaining() / 2));
    var failed = new ArrayList<Unreached>(count);
    for (int i = 0; i < count; i++) {
      failed.add(new Unreached(in.text("failed address", 300), in.text("why", 500)));
    }
    codec(in);
    in.end("tree done");
    return new TreeDone(command, origin, seq, reached, failed);
  }
}
