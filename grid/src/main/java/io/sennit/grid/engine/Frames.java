package io.sennit.grid.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sennit.core.DisconnectedException;
import io.sennit.core.ErrorContext;
import io.sennit.core.ProtocolException;
import io.sennit.core.SennitException;
import io.sennit.core.spi.Loop;
import io.sennit.grid.wire.Introduction;
import io.sennit.grid.wire.WebSocketFraming;
import java.util.HexFormat;
import java.util.Optional;

/** Small things both sides of a handshake need. */
final class Frames {
  private Frames() {}

  /** A message's bytes in a buffer with room for its frame header. */
  static ByteBuf message(byte[] bytes) {
    var buffer =
        Unpooled.buffer(
            WebSocketFraming.HEADROOM + bytes.length, WebSocketFraming.HEADROOM + bytes.length);
    buffer.setBytes(WebSocketFraming.HEADROOM, bytes);
    return buffer.setIndex(WebSocketFraming.HEADROOM, WebSocketFraming.HEADROOM + bytes.length);
  }

  /** A nonce, in hex digits. */
  static String nonce(Loop loop) {
    var bytes = new byte[Introduction.SIZE];
    loop.secrets().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Whether a link ended because of what the peer sent; an end inside a message is only a loss. */
  static boolean malformed(Optional<SennitException> why) {
    return why.isPresent()
        && why.get() instanceof ProtocolException e
        && !e.field().equals(WebSocketFraming.CUT);
  }

  /** The end of a link as its calls learn it: always a disconnect, with the reason as its cause. */
  static DisconnectedException lost(Optional<SennitException> why, String peer) {
    if (why.isPresent() && why.get() instanceof DisconnectedException e) {
      return e;
    }
    return new DisconnectedException(
        "remote disconnected" + why.map(w -> ": " + w.what()).orElse(""),
        ErrorContext.peer(peer),
        malformed(why) || !(why.orElse(null) instanceof ProtocolException)
            ? why.orElse(null)
            : null);
  }

  /** The end of an attempt: the reason, or that the peer hung up without one. */
  static SennitException orEnded(Optional<SennitException> why, String peer) {
    return why.orElseGet(
        () ->
            new DisconnectedException(
                "the peer closed the connection during the handshake", ErrorContext.peer(peer)));
  }
}
