package io.sennit.core.spi;

import io.netty.buffer.ByteBuf;
import io.sennit.core.ProtocolException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * How messages lie on bytes: a pure codec owned by a strand and run by {@code net} and {@code sim}
 * alike, so that a simulated link can be cut at any byte.
 */
public interface Framing {
  /**
   * The state of one link.
   *
   * @param dialer whether this side opened the connection
   * @param maxMessage bytes of the longest message taken in
   * @param masks randomness for masking keys
   */
  State start(boolean dialer, int maxMessage, RandomGenerator masks);

  /** One link's codec; used by its loop only. */
  interface State {
    /**
     * Frames a message. Takes it and hands out one or more buffers whose bytes go out in that
     * order; may change the message's bytes in place (masking).
     */
    void encode(ByteBuf message, Consumer<ByteBuf> out);

    /**
     * Takes what it can of {@code in} (heap-backed, lent) and keeps what it must. Messages longer
     * than 32 KiB are handed out in parts.
     *
     * @throws ProtocolException on malformed bytes; the link is then aborted
     */
    void decode(ByteBuf in, Output out) throws ProtocolException;

    /**
     * The bytes ended.
     *
     * @throws ProtocolException if that is inside a message
     */
    void end() throws ProtocolException;

    /** Frees what it kept; called once, when the link has ended. */
    default void release() {}
  }

  /** What decoding finds. */
  interface Output {
    /** Bytes of a message, lent; the last part is marked. */
    void message(ByteBuf part, boolean last);

    /** A ready frame to send back (a pong, the answer to a close); given. */
    void answer(ByteBuf frame);

    /** The peer said goodbye in its framing: nothing follows, the link is closed cleanly. */
    void ended();
  }
}
