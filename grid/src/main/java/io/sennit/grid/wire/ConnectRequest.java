package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The dialer's first message; docs/protocol/grid.md §2.
 *
 * @param id the dialer's manager instance
 * @param host the dialer's own host string
 * @param time its clock, absent from S24 dialers
 * @param token a token like the HTTP header's, absent from S24 dialers
 * @param extensions what it can beyond the original, or {@link Extensions#NONE}
 * @param introduction who it is and how it proves that, beside extensions
 */
public record ConnectRequest(
    UUID id,
    String host,
    Optional<Instant> time,
    Optional<String> token,
    Extensions extensions,
    Introduction introduction) {
  /** The longest body accepted, in bytes. */
  public static final int MAX_BYTES = 8 * 1024;

  /** One that introduces nobody. */
  public ConnectRequest(
      UUID id, String host, Optional<Instant> time, Optional<String> token, Extensions extensions) {
    this(id, host, time, token, extensions, Introduction.NONE);
  }

  /** The map, keys in the documented order. */
  public byte[] encode() {
    var out = new MsgPackWriter(256);
    int keys = 2 + (time.isPresent() ? 1 : 0) + (token.isPresent() ? 1 : 0);
    out.writeMapHeader(keys + (extensions.isSennit() ? 1 : 0));
    out.writeString("ID").writeBin(Handshake.bytes(id));
    out.writeString("Host").writeString(host);
    time.ifPresent(t -> WireTime.write(out.writeString("Time"), t));
    token.ifPresent(t -> out.writeString("Token").writeString(t));
    if (extensions.isSennit()) {
      extensions.write(out.writeString(Extensions.KEY), introduction);
    }
    return out.toBytes();
  }

  /**
   * Reads the map: any order, unknown keys skipped.
   *
   * @throws ProtocolException if it is malformed or longer than {@link #MAX_BYTES}
   */
  public static ConnectRequest decode(byte[] body) throws ProtocolException {
    Handshake.limit(body, MAX_BYTES);
    var in = new MsgPackReader(body);
    var id = Handshake.NO_ID;
    var host = "";
    var time = Optional.<Instant>empty();
    var token = Optional.<String>empty();
    var said = Extensions.Said.NOTHING;
    int count = in.readMapHeader("connect");
    for (int i = 0; i < count; i++) {
      switch (in.readString("connect key", 64)) {
        case "ID" -> id = Handshake.id(in);
        case "Host" -> host = in.readString("Host", 1024);
        case "Time" -> time = Optional.of(WireTime.read(in, "Time"));
        case "Token" -> token = Optional.of(in.readString("Token", MAX_BYTES));
        case Extensions.KEY -> said = Extensions.read(in);
        default -> in.skip("connect");
      }
    }
    in.expectEnd("connect");
    return new ConnectRequest(id, host, time, token, said.extensions(), said.introduction());
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "ConnectRequest[id=" + id + ", host=" + host + ", time=" + time + "]";
  }
}
