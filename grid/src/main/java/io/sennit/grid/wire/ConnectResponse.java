package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import io.sennit.core.codec.MsgPackWriter;
import java.util.UUID;

/**
 * The acceptor's answer; docs/protocol/grid.md §2.
 *
 * @param id the acceptor's manager instance
 * @param accepted whether the connection stands
 * @param reason why not, empty when accepted
 * @param extensions what it can beyond the original, or {@link Extensions#NONE}
 * @param introduction who it is and how it proves that, beside extensions
 */
public record ConnectResponse(
    UUID id, boolean accepted, String reason, Extensions extensions, Introduction introduction) {
  /** One that introduces nobody. */
  public ConnectResponse(UUID id, boolean accepted, String reason, Extensions extensions) {
    this(id, accepted, reason, extensions, Introduction.NONE);
  }

  /** The map, keys in the documented order. */
  public byte[] encode() {
    var out = new MsgPackWriter(128);
    out.writeMapHeader(extensions.isSennit() ? 4 : 3);
    out.writeString("ID").writeBin(Handshake.bytes(id));
    out.writeString("Accepted").writeBool(accepted);
    out.writeString("RejectedReason").writeString(reason);
    if (extensions.isSennit()) {
      extensions.write(out.writeString(Extensions.KEY), introduction);
    }
    return out.toBytes();
  }

  /**
   * Reads the map: any order, unknown keys skipped.
   *
   * @throws ProtocolException if it is malformed or too long
   */
  public static ConnectResponse decode(byte[] body) throws ProtocolException {
    Handshake.limit(body, ConnectRequest.MAX_BYTES);
    var in = new MsgPackReader(body);
    var id = Handshake.NO_ID;
    boolean accepted = false;
    var reason = "";
    var said = Extensions.Said.NOTHING;
    int count = in.readMapHeader("connect answer");
    for (int i = 0; i < count; i++) {
      switch (in.readString("connect answer key", 64)) {
        case "ID" -> id = Handshake.id(in);
        case "Accepted" -> accepted = in.readBool("Accepted");
        case "RejectedReason" -> reason = in.readString("RejectedReason", 4096);
        case Extensions.KEY -> said = Extensions.read(in);
        default -> in.skip("connect answer");
      }
    }
    in.expectEnd("connect answer");
    return new ConnectResponse(id, accepted, reason, said.extensions(), said.introduction());
  }
}
