package io.sennit.grid.wire;

import io.sennit.core.ProtocolException;
import io.sennit.core.codec.MsgPackReader;
import java.nio.ByteBuffer;
import java.util.UUID;

/** What the two handshake bodies share. */
final class Handshake {
  static final UUID NO_ID = new UUID(0, 0);

  private Handshake() {}

  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  static UUID id(MsgPackReader in) {
    var bytes = in.readBin("ID", 16);
    if (bytes.length != 16) {
      throw in.wrong("ID", "not 16 bytes");
    }
    var buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }

  static void limit(byte[] body, int max) {
    if (body.length > max) {
      throw new ProtocolException("handshake", -1, body.length + " of at most " + max + " bytes");
    }
  }
}
