package io.sennit.session.wire;

import io.sennit.core.ConfigException;
import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import io.sennit.session.OverlayAddress;
import io.sennit.session.SendFate;
import io.sennit.session.SessionReason;
import io.sennit.session.wire.SessionFrame.Ack;
import io.sennit.session.wire.SessionFrame.Alive;
import io.sennit.session.wire.SessionFrame.End;
import io.sennit.session.wire.SessionFrame.Forward;
import io.sennit.session.wire.SessionFrame.News;
import io.sennit.session.wire.SessionFrame.Open;
import io.sennit.session.wire.SessionFrame.Opened;
import io.sennit.session.wire.SessionFrame.Target;
import io.sennit.session.wire.SessionFrame.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Frames as MessagePack lists; {@code docs/protocol/session.md} §4. */
public final class SessionFrames {
  /** Bytes of the longest text that is read, and of the longest that is written. */
  public static final int MAX_TEXT = 1_024;

  /** Addresses in one frame. */
  public static final int MAX_ADDRESSES = RoutingJson.MAX_ADDRESSES;

  private static final int OPEN = 1;
  private static final int OPENED = 2;
  private static final int END = 3;
  private static final int FORWARD = 4;
  private static final int ACK = 5;
  private static final int NEWS = 6;
  private static final int ALIVE = 7;
  private static final int PULSE = 8;
  private static final int FIRST_FRAME = OPEN;
  private static final int MAX_HOPS = 255;
  private static final SendFate[] FATES = SendFate.values();

  private SessionFrames() {}

  /** Writes a frame. */
  public static byte[] encode(SessionFrame frame) {
    var out = new MsgPackWriter(frame instanceof Forward f ? f.message().length + 128 : 64);
    switch (frame) {
      case Open f -> {
        begin(out, OPEN, 11, f.relay()).writeString(f.uri()).writeString(f.session());
        out.writeString(f.gateway().toText()).writeInt(f.fanOut());
        out.writeInt(f.handshake().height());
        out.writeArrayHeader(f.handshake().addresses().size());
        f.handshake().addresses().forEach(address -> out.writeString(address.toText()));
        out.writeBool(f.repair()).writeInt(f.ageMicros()).writeInt(f.budgetMicros());
      }
      case Opened f -> begin(out, OPENED, 2, f.relay());
      case End f ->
          begin(out, END, 4, f.relay()).writeInt(f.reason().ordinal()).writeString(cut(f.text()));
      case Forward f -> {
        begin(out, FORWARD, 8, f.relay()).writeInt(f.id()).writeString(f.source().toText());
        out.writeInt(f.budgetMicros()).writeInt(f.hops()).writeArrayHeader(f.targets().size() * 2);
        f.targets().forEach(t -> out.writeString(t.address().toText()).writeInt(t.number()));
        out.writeBin(f.message());
      }
      case Ack f -> {
        begin(out, ACK, 4, f.relay()).writeInt(f.id()).writeArrayHeader(f.verdicts().size());
        f.verdicts().forEach(verdict -> write(out, verdict));
      }
      case News f ->
          begin(out, NEWS, 5, f.relay())
              .writeString(f.about().toText())
              .writeInt(f.reason().ordinal())
              .writeString(cut(f.text()));
      case SessionFrame.Pulse f -> begin(out, PULSE, 3, f.relay()).writeInt(f.number());
      case Alive _ -> begin(out, ALIVE, 2, 0);
    }
    return out.toBytes();
  }

  private static MsgPackWriter begin(MsgPackWriter out, int type, int fields, long relay) {
    return out.writeArrayHeader(fields).writeInt(type).writeInt(relay);
  }

  /** A delivery, the usual case, is its index alone. */
  private static void write(MsgPackWriter out, Verdict verdict) {
    if (verdict.fate() == SendFate.DELIVERED) {
      out.writeInt(verdict.index());
    } else {
      out.writeArrayHeader(4).writeInt(verdict.index()).writeInt(verdict.fate().ordinal());
      out.writeInt(verdict.reason().ordinal()).writeString(cut(verdict.text()));
    }
  }

  /** Cut to what is read, counting three bytes a character. */
  private static String cut(String text) {
    int most = MAX_TEXT / 3;
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end);
  }

  /**
   * Reads a frame. Its bytes are bounded by the link.
   *
   * @throws ProtocolException naming the field
   */
  public static SessionFrame decode(byte[] bytes) {
    var in = new MsgPackReader(bytes);
    int fields = in.readArrayHeader("frame", 64);
    int type = (int) in.readLong("frame type", FIRST_FRAME, 127);
    long relay = in.readLong("relay", 0, Long.MAX_VALUE);
    expect(in, fields, type);
    var frame =
        switch (type) {
          case OPEN -> open(in, relay);
          case OPENED -> new Opened(relay);
          case END -> new End(relay, reason(in), text(in));
          case FORWARD -> forward(in, relay);
          case ACK -> ack(in, relay);
          case PULSE -> new SessionFrame.Pulse(relay, in.readLong("number", 0, Long.MAX_VALUE));
          case NEWS -> new News(relay, address(in), reason(in), text(in));
          default -> new Alive();
        };
    in.expectEnd("frame");
    return frame;
  }

  private static void expect(MsgPackReader in, int fields, int type) {
    int wanted =
        switch (type) {
          case OPEN -> 11;
          case OPENED, ALIVE -> 2;
          case END, ACK -> 4;
          case FORWARD -> 8;
          case PULSE -> 3;
          case NEWS -> 5;
          default -> throw in.wrong("frame type", "no frame " + type);
        };
    if (fields != wanted) {
      throw in.wrong("frame", fields + " fields, a frame " + type + " has " + wanted);
    }
  }

  private static Open open(MsgPackReader in, long relay) {
    var uri = in.readString("uri", 512);
    var session = in.readString("session", 128);
    var gateway = dialable(in);
    int fanOut = (int) in.readLong("fan-out", 1, MAX_ADDRESSES);
    int height = (int) in.readLong("height", 0, 64);
    int count = in.readArrayHeader("addresses", MAX_ADDRESSES);
    var addresses = new ArrayList<OverlayAddress>(Math.min(count, in.remaining()));
    for (int i = 0; i < count; i++) {
      addresses.add(dialable(in));
    }
    return new Open(
        relay,
        uri,
        session,
        gateway,
        fanOut,
        new RoutingHandshake(height, addresses),
        in.readBool("repair"),
        in.readLong("age", 0, Long.MAX_VALUE / 2_000),
        in.readLong("budget", 0, Long.MAX_VALUE / 2_000));
  }

  private static Forward forward(MsgPackReader in, long relay) {
    long id = in.readLong("id", 0, Long.MAX_VALUE);
    var source = address(in);
    long budget = in.readLong("budget", 0, Long.MAX_VALUE / 2_000);
    int hops = (int) in.readLong("hops", 0, MAX_HOPS);
    int count = in.readArrayHeader("targets", 2 * MAX_ADDRESSES);
    if (count == 0 || count % 2 != 0) {
      throw in.wrong("targets", count + " values, pairs of an address and a number are expected");
    }
    var targets = new ArrayList<Target>(Math.min(count, in.remaining()) / 2);
    for (int i = 0; i < count; i += 2) {
      targets.add(new Target(address(in), in.readLong("number", 1, Long.MAX_VALUE)));
    }
    return new Forward(relay, id, source, budget, hops, targets, in.readBin("message"));
  }

  private static Ack ack(MsgPackReader in, long relay) {
    long id = in.readLong("id", 0, Long.MAX_VALUE);
    int count = in.readArrayHeader("verdicts", MAX_ADDRESSES);
    var verdicts = new ArrayList<Verdict>(Math.min(count, in.remaining()));
    for (int i = 0; i < count; i++) {
      verdicts.add(verdict(in));
    }
    return new Ack(relay, id, List.copyOf(verdicts));
  }

  private static Verdict verdict(MsgPackReader in) {
    return switch (in.nextType("verdict")) {
      case INT ->
          new Verdict(
              (int) in.readLong("index", 0, MAX_ADDRESSES),
              SendFate.DELIVERED,
              SessionReason.OK,
              "");
      default -> {
        if (in.readArrayHeader("verdict", 4) != 4) {
          throw in.wrong("verdict", "an index, or four fields");
        }
        yield new Verdict(
            (int) in.readLong("index", 0, MAX_ADDRESSES),
            FATES[(int) in.readLong("fate", 0, FATES.length - 1)],
            reason(in),
            text(in));
      }
    };
  }

  private static OverlayAddress address(MsgPackReader in) {
    var text = in.readString("address", OverlayAddress.MAX_HOST + 2);
    if (text.length() < 3) {
      throw in.wrong("address", "too short");
    }
    return OverlayAddress.parseText(text);
  }

  /** An address that relays are opened to: a host with a port, as a player. */
  private static OverlayAddress dialable(MsgPackReader in) {
    var address = address(in);
    try {
      address.place();
    } catch (ConfigException e) {
      throw in.wrong("address", "not a host with a port");
    }
    return address;
  }

  private static SessionReason reason(MsgPackReader in) {
    return SessionReason.ofCode((int) in.readLong("reason", 0, 255));
  }

  private static String text(MsgPackReader in) {
    return in.readString("text", MAX_TEXT);
  }
}
