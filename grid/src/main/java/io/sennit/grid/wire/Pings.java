package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.time.Instant;
import java.util.Optional;

/** Bodies of ping, pong and refusal; docs/protocol/grid.md §3.2. */
public final class Pings {
  private static final int MAX_BYTES = 64 * 1024;
  private static final String RETRY = "Retry";

  private Pings() {}

  /**
   * What a pong says.
   *
   * @param notFound the mux is not known there
   * @param error why the mux is dead, if it is
   * @param time the ping's, {@link WireTime#ZERO} when it had none; absent from S24 peers
   */
  public record Pong(boolean notFound, Optional<String> error, Optional<Instant> time) {

    /** The map; without {@code t} when the time is absent. */
    public byte[] encode() {
      var out = new MsgPackWriter(64);
      out.writeMapHeader(time.isPresent() ? 3 : 2);
      out.writeString("nf").writeBool(notFound);
      out.writeString("e");
      error.ifPresentOrElse(out::writeString, out::writeNil);
      time.ifPresent(t -> WireTime.write(out.writeString("t"), t));
      return out.toBytes();
    }

    /** Reads the map. */
    public static Pong decode(byte[] body) throws ProtocolException {
      Handshake.limit(body, MAX_BYTES);
      var in = new MsgPackReader(body);
      boolean notFound = false;
      var error = Optional.<String>empty();
      var time = Optional.<Instant>empty();
      int count = in.readMapHeader("pong");
      for (int i = 0; i < count; i++) {
        switch (in.readString("pong key", 64)) {
          case "nf" -> notFound = in.readBool("nf");
          case "e" -> error = in.tryNil("e") ? Optional.empty() : Optional.of(in.readString("e"));
          case "t" -> time = Optional.of(WireTime.read(in, "t"));
          default -> in.skip("pong");
        }
      }
      in.expectEnd("pong");
      return new Pong(notFound, error, time);
    }
  }

  /** A connection ping of generation N25: {@code {"t": time}}. */
  public static byte[] ping(Instant time) {
    var out = new MsgPackWriter(32);
    WireTime.write(out.writeMapHeader(1).writeString("t"), time);
    return out.toBytes();
  }

  /** The time in a ping's body; {@link WireTime#ZERO} when the body is empty or says none. */
  public static Instant pingTime(byte[] body) throws ProtocolException {
    if (body.length == 0) {
      return WireTime.ZERO;
    }
    Handshake.limit(body, MAX_BYTES);
    var in = new MsgPackReader(body);
    var time = WireTime.ZERO;
    int count = in.readMapHeader("ping");
    for (int i = 0; i < count; i++) {
      if (in.readString("ping key", 64).equals("t")) {
        time = WireTime.read(in, "t");
      } else {
        in.skip("ping");
      }
    }
    in.expectEnd("ping");
    return time;
  }

  /** The body of a refusal: {@code {"Error": text}}. */
  public static byte[] refusal(String text) {
    var out = new MsgPackWriter(text.length() + 16);
    out.writeMapHeader(1).writeString("Error").writeString(text);
    return out.toBytes();
  }

  /** The same of a Sennit peer that is busy, with the time after which to try again. */
  public static byte[] busy(String text, int retryMillis) {
    var out = new MsgPackWriter(text.length() + 32);
    out.writeMapHeader(2).writeString("Error").writeString(text);
    out.writeString(RETRY).writeInt(retryMillis);
    return out.toBytes();
  }

  /** The time after which to try again, in milliseconds; 0 when the refusal says none. */
  public static long retryMillis(byte[] body) throws ProtocolException {
    Handshake.limit(body, MAX_BYTES);
    var in = new MsgPackReader(body);
    long millis = 0;
    int count = in.readMapHeader("refusal");
    for (int i = 0; i < count; i++) {
      if (in.readString("refusal key", 64).equals(RETRY)) {
        millis = in.readLong(RETRY, 0, Integer.MAX_VALUE);
      } else {
        in.skip("refusal");
      }
    }
    return millis;
  }

  /** The text of a refusal. */
  public static String refusalText(byte[] body) throws ProtocolException {
    Handshake.limit(body, MAX_BYTES);
    var in = new MsgPackReader(body);
    var text = "";
    int count = in.readMapHeader("refusal");
    for (int i = 0; i < count; i++) {
      if (in.readString("refusal key", 64).equals("Error")) {
        text = in.readString("Error");
      } else {
        in.skip("refusal");
      }
    }
    in.expectEnd("refusal");
    return text;
  }
}
