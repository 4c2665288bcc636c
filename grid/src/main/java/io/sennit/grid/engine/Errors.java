package io.sennit.grid.engine;

import io.sennit.core.RemoteException;
import io.sennit.core.Thrown;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What a handler's failure is called on the wire: a text of bounded length, whatever the failure
 * says of itself, because a payload that is longer than the peer takes would cost the connection.
 */
final class Errors {
  /** Bytes of the longest text that is sent, and of what is kept of one that comes. */
  static final int MOST = 256 * 1024;

  private static final String CUT = " [cut]";

  private Errors() {}

  /** A remote error's own words go on as they are; of anything else, its message or its class. */
  static String text(Throwable e) {
    if (e instanceof RemoteException remote) {
      return remote.text();
    }
    var words = Thrown.message(e);
    return e instanceof RuntimeException || e instanceof Error ? "handler failed: " + words : words;
  }

  /** The same in UTF-8, cut to what the peer takes. */
  static byte[] bytes(Throwable e, Channel channel) {
    return bytes(text(e), (int) Math.min(MOST, channel.maxPayload()));
  }

  /** A text in UTF-8, cut at a character to so many bytes. */
  static byte[] bytes(String text, int most) {
    if (text.length() <= most / 3) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    var encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    var out = ByteBuffer.allocate(most);
    var in = CharBuffer.wrap(text);
    if (encoder.encode(in, out, true).isOverflow()) {
      int room = Math.max(0, most - CUT.length());
      while (out.position() > room || isInside(out)) {
        out.position(out.position() - 1);
      }
      out.put(CUT.substring(0, Math.min(CUT.length(), most)).getBytes(StandardCharsets.UTF_8));
    }
    var bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** Whether what comes next would be inside a character that has begun. */
  private static boolean isInside(ByteBuffer out) {
    return out.position() < out.capacity() && (out.get(out.position()) & 0xc0) == 0x80;
  }

  /** The text of an error that came, cut if it is very long. */
  static String read(byte[] bytes) {
    return bytes.length <= MOST
        ? new String(bytes, StandardCharsets.UTF_8)
        : new String(bytes, 0, MOST, StandardCharsets.UTF_8) + CUT;
  }
}
