package io.sennit.core.spi;

import io.netty.buffer.ByteBuf;
import io.sennit.core.Address;
import io.sennit.core.SennitException;
import java.util.List;
import java.util.Optional;

/**
 * Packets that may be lost, doubled and reordered. They are never cut into fragments on their way:
 * one that is longer than the path to its target allows does not arrive, and as soon as the system
 * knows so, {@link Handler#tooLong} says it.
 */
public interface Datagrams {
  /**
   * Binds a socket. An address that is taken, or is not of this machine, fails with a {@link
   * io.sennit.core.ConfigException}.
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

  /**
   * The network interfaces of this machine that are up, in the system's order: how a name such as
   * {@code eth0} becomes an address to bind to or to advertise.
   */
  void interfaces(Loop loop, Done<List<Interface>> done);

  /**
   * A network interface.
   *
   * @param name as the system names it
   * @param mtu bytes of the longest IP packet it takes, headers included
   * @param loopback whether it reaches this machine only
   * @param addresses its own, with port 0
   */
  record Interface(String name, int mtu, boolean loopback, List<Endpoint> addresses) {
    /** Copies the list. */
    public Interface {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A bound socket; on its loop only, but for {@link #close}, {@link #local}, {@link
   * #receiveBuffer} and {@link #stats}.
   */
  interface Socket extends AutoCloseable {
    /** Where it is bound, with the port that was given; any thread. */
    Address local();

    /**
     * The sender that {@code peer} sees on packets from here, unless something on the path rewrites
     * it: what to advertise to it when bound to every interface ({@code 0.0.0.0}). Empty if there
     * is no way to the peer. Costs a few system calls, sends nothing; keep the answer.
     */
    Optional<Endpoint> localToward(Endpoint peer);

    /**
     * Bytes of packets that may wait in the kernel for this socket to read them: what was granted,
     * which may be less than the 1 MiB asked for (on Linux {@code net.core.rmem_max} cuts it). Any
     * thread.
     */
    int receiveBuffer();

    /** An empty packet to fill, up to the longest. */
    ByteBuf packet();

    /**
     * Takes the packet, which leaves at the turn's end; false: it was dropped, because the socket
     * is closed, or, which is counted, because the queue is full, it is too long, or empty.
     */
    boolean send(Endpoint to, ByteBuf packet);

    /** Counts so far; any thread. The kernel's count may be 100 ms old. */
    Stats stats();

    /**
     * What was taken by {@link #send} before still leaves, within half a second, unless the fabric
     * ends first; nothing is taken or delivered any more. Any thread; closing twice is harmless.
     */
    @Override
    void close();
  }

  /**
   * What went through a socket.
   *
   * @param sent packets the kernel took
   * @param received packets handed to the handler
   * @param droppedFull packets refused by {@link Socket#send} because the queue was full
   * @param droppedLong packets longer than {@code maxPacket}, either way
   * @param droppedPath packets taken that were longer than the path to their target allows
   * @param droppedKernel packets that came while the kernel's receive buffer was full; -1 where the
   *     system does not tell (Linux with epoll does)
   * @param errors packets that failed otherwise, empty ones, and exceptions thrown by the handler
   */
  record Stats(
      long sent,
      long received,
      long droppedFull,
      long droppedLong,
      long droppedPath,
      long droppedKernel,
      long errors) {}

  /** What happens on a socket, on its loop. */
  interface Handler {
    /** A packet arrived; lent until this returns. */
    void packet(Endpoint from, ByteBuf packet);

    /** Everything read in this turn was delivered. */
    default void batchEnd() {}

    /**
     * A packet that was taken did not leave: it is longer than the path to its target allows, as
     * far as the system knows by now. The first ones may have been lost on the way in silence; the
     * same length sent again fails again.
     *
     * @param bytes its length
     * @param fits bytes of the longest packet that the path is known to take; 0: not known
     */
    default void tooLong(Endpoint to, int bytes, int fits) {}

    /** The socket is gone though nobody closed it. */
    void failed(SennitException why);
  }
}
