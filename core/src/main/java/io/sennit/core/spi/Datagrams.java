package io.sennit.core.spi;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;

/** Packets that may be lost, doubled and reordered. */
public interface Datagrams {
  /**
   * Binds a socket.
   *
   * @param maxPacket bytes of the longest packet, 1 to 65507; longer ones are dropped and counted
   * @param maxQueuedBytes bytes taken and not yet in the kernel; beyond it packets are dropped
   */
  void bind(
      Loop loop,
      Address at,
      int maxPacket,
      long maxQueuedBytes,
      Handler handler,
      Done<Socket> done);

  /** A bound socket; on its loop only, but for {@link #close} and {@link #stats}. */
  interface Socket extends AutoCloseable {
    /** Where it is bound, with the port that was given. */
    Address local();

    /** An empty packet to fill, up to the longest. */
    ByteBuf packet();

    /**
     * Takes the packet; false: the queue is full, it was dropped and counted. Leaves at the turn's
     * end.
     */
    boolean send(Endpoint to, ByteBuf packet);

    /** Counts so far; any thread. */
    Stats stats();

    @Override
    void close();
  }

  /** What went through a socket. */
  record Stats(long sent, long received, long droppedFull, long droppedLong, long errors) {}

  /** What happens on a socket, on its loop. */
  interface Handler {
    /** A packet arrived; lent until this returns. */
    void packet(Endpoint from, ByteBuf packet);

    /** Everything read in this turn was delivered. */
    default void batchEnd() {}

    /** The socket is gone. */
    void failed(SennitException why);
  }
}
