package io.sennit.core.spi;

import io.netty.buffer.ByteBuf;
import io.sennit.core.SennitException;
import java.util.Optional;

/**
 * An ordered, reliable, two-way pipe of messages to one peer. Its methods belong to its loop.
 *
 * <p><b>Buffers are lent in, given out.</b> What {@link Handler#message} receives is heap-backed
 * and valid until it returns; what {@link #write} takes is the writer's only reference.
 */
public interface Link {
  /** The loop it lives on. */
  Loop loop();

  /** The other end. */
  Peer peer();

  /** Bytes of the longest message it takes in. */
  int maxMessage();

  /**
   * Takes a heap-backed message, also when it fails; sent at {@link #flush} or the end of the turn.
   * After the end of the link it is released and dropped.
   */
  void write(ByteBuf message);

  /** Sends what was written, now. */
  void flush();

  /** Bytes accepted and not yet in the kernel; none when it is over. */
  long queuedBytes();

  /** Whether it is open and less than the low mark (128 KiB) is queued. */
  boolean writable();

  /**
   * Turns inbound delivery off and on; at most one read batch more arrives after turning it off.
   */
  void read(boolean on);

  /**
   * Ends it cleanly: sends what is queued, says goodbye (close_notify, FIN), reads to the peer's
   * end, bounded by the stall time. Nothing is delivered after it but {@link Handler#closed}.
   */
  void close();

  /** Ends it at once; queued bytes are lost. {@link Handler#closed} gets the reason. */
  void abort(SennitException why);

  /** What went through it so far. */
  Stats stats();

  /**
   * Counts of one link since it opened.
   *
   * @param messagesIn messages handed over whole
   * @param messagesOut messages taken by {@link #write}
   * @param bytesIn bytes received, framing included, TLS not
   * @param bytesOut bytes framed for sending, answers of the framing included
   */
  record Stats(long messagesIn, long messagesOut, long bytesIn, long bytesOut) {}

  /** What happens on a link, always on its loop: opened, then any number, then closed once. */
  interface Handler {
    /** Ready for messages. Not called for a link that never opened. */
    void opened(Link link);

    /**
     * Bytes of a message: whole up to 32 KiB, a longer one in parts of which the last is marked.
     * {@code part} is lent: copy what you keep. An exception thrown from here aborts the link.
     */
    void message(Link link, ByteBuf part, boolean last);

    /** Everything read in this turn was delivered. */
    default void batchEnd(Link link) {}

    /** It became {@link Link#writable} again after not having been. */
    default void writable(Link link) {}

    /**
     * The end, exactly once, also for a link that never opened.
     *
     * @param why empty: the peer ended cleanly between two messages, or this side closed it
     */
    void closed(Link link, Optional<SennitException> why);
  }
}
