package io.sennit.core.link;

/**
 * The bytes under a {@link MessageLink}: one connection of a socket or of a simulation. Its methods
 * belong to the link's loop, and it calls the link's methods there.
 */
public interface BytePipe {
  /**
   * Takes as many bytes as it has room for and sends them. When room comes back later, it calls
   * {@link MessageLink#bytesLeft}.
   */
  void send(FrameQueue frames);

  /** Bytes it has taken out of the queue and could not give to the kernel yet. */
  long underWay();

  /** A number that changes whenever the peer's side made room and bytes left. */
  long progress();

  /** Asks that {@link MessageLink#turnEnded} is called at the end of this turn. */
  void flushAtTurnEnd();

  /** Turns the delivery of received bytes on and off. */
  void read(boolean on);

  /**
   * Says that nothing follows (close_notify, FIN), after all it has taken; then calls {@link
   * MessageLink#endSaid}, perhaps from within.
   */
  void end();

  /** Ends the connection so that the peer is told it was no clean end. */
  void reset();

  /** Ends the connection: what the kernel has taken may still reach the peer. */
  void drop();

  /** Runs a task on the link's loop, not from inside this call; also at the end of the loop. */
  void later(Runnable task);

  /**
   * A handler, acceptor or codec threw what nobody expected. The link ends with it as its reason;
   * this tells whoever watches the loop.
   */
  void unexpected(String where, Throwable thrown);
}
